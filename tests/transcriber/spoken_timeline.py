"""Recordings of our own making: spoken clips put at known moments of a known channel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

CLIPS = Path(__file__).with_name("clips")
CLIP_EDGE_S = 0.1  # of silence at both ends of each clip
RATE_HZ = 8_000
CALLER, OPERATOR = 0, 1  # channels of a hotline call
SCRIPT = (  # rendered with two voices
    (OPERATOR, "help-desk-greeting", "您好，客服中心，请问有什么可以帮您？"),
    (CALLER, "broadband-question", "你好，我想安装宽带，什么时候可以来装？"),
    (CALLER, "nothing-more", "没有了，再见。"),
    (OPERATOR, "thanks-and-goodbye", "感谢您的来电，再见。"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One clip and where it was put."""

    channel: int
    start_s: float  # where the speech begins, without the clip's silent edges
    end_s: float
    text: str


def load_clip(name: str) -> npt.NDArray[np.float32]:
    """A clip's samples at 8 kHz."""
    audio, rate_hz = soundfile.read(CLIPS / f"{name}.flac", dtype="float32")
    assert rate_hz == RATE_HZ
    return np.asarray(audio, dtype=np.float32)


def make_call(*, lead_s: float = 2.0, gap_s: float = 1.0) -> tuple[npt.NDArray[np.float32], list[Spoken]]:
    """A stereo call, frames x 2, with line noise at -65 dBFS, and what was said when."""
    clips = [load_clip(name) for _, name, _ in SCRIPT]
    length = round((lead_s + gap_s * len(clips)) * RATE_HZ) + sum(len(clip) for clip in clips)
    noise = np.random.default_rng(114).normal(0, 10 ** (-65 / 20), (length, 2))
    call, spoken, at = noise.astype(np.float32), [], round(lead_s * RATE_HZ)
    for (channel, _, text), clip in zip(SCRIPT, clips, strict=True):
        call[at : at + len(clip), channel] += clip
        start_s, end_s = at / RATE_HZ + CLIP_EDGE_S, (at + len(clip)) / RATE_HZ - CLIP_EDGE_S
        spoken.append(Spoken(channel=channel, start_s=start_s, end_s=end_s, text=text))
        at += len(clip) + round(gap_s * RATE_HZ)
    return call, spoken


def syllables(text: str) -> list[str]:
    """Toneless pinyin of the Chinese characters."""
    return lazy_pinyin(re.sub(r"[^\u4e00-\u9fff]", "", text))


def syllable_errors(truth: str, heard: str) -> tuple[int, int]:
    """Wrong syllables, and how many there were."""
    return Levenshtein.distance(syllables(truth), syllables(heard)), len(syllables(truth))
