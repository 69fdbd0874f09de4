"""Room by format, and what recognition loses: the product's transcriber with the real model."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import jiwer
import numpy as np
import soundfile
from pypinyin import lazy_pinyin

from asr_models.store import require
from bench.recorder.talk import Talk, talks
from ledger.records import Turn
from ledger.settings import load_settings
from ledger.states import AudioFormat, Role
from recorder.sealing import encode
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

DIALOGUES = 6  # spread over the desks
TITLE = f"Formats: {DIALOGUES} dialogues through A-law with line noise, transcribed by the product"
COLUMNS = (
    "format", "kB a minute", "of FLAC", "length kept", "other channel heard", "pinyin error", "numbers right",
)  # fmt: skip
OPUS_KBPS = (32.0, 24.0, 16.0, 12.0)
TRACKS = (
    Track(channel=0, role=Role.CALLER, spans=None),
    Track(channel=1, role=Role.OPERATOR, spans=None),
)
DIGITS = frozenset(["ling", "yao", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"])


def rows(_folder: Path) -> list[tuple[str, ...]]:
    """One row for each format."""
    settings = load_settings()
    transcriber = Transcriber(require(settings.model, settings.models_dir))
    calls = talks(DIALOGUES)
    forms: list[tuple[str, AudioFormat, float]] = [
        ("FLAC", AudioFormat.FLAC, 0),
        *((f"Opus {kbps:g} kbit/s a channel", AudioFormat.OPUS, kbps) for kbps in OPUS_KBPS),
    ]
    found: list[tuple[str, ...]] = []
    flac_size = 0
    for name, audio_format, kbps in forms:
        files = [encode(call.samples, audio_format, kbps) for call in calls]
        flac_size = flac_size or sum(map(len, files))
        found.append((name, *_room(calls, files, flac_size), *_hearing(calls, files, transcriber)))
    return found


def _room(calls: Sequence[Talk], files: Sequence[bytes], flac_size: int) -> tuple[str, ...]:
    size, minutes = sum(map(len, files)), sum(call.minutes for call in calls)
    return (
        f"{size / 1000 / minutes:.0f}",
        f"{size / flac_size:.2f}",
        "yes" if all(map(_is_as_long, calls, files)) else "NO",
        f"{median(map(_leak_db, files, calls)):.0f} dB",
    )


def _hearing(calls: Sequence[Talk], files: Sequence[bytes], transcriber: Transcriber) -> tuple[str, ...]:
    heard = [_heard(transcriber, file) for file in files]
    truth = [_syllables(call.caller) + _syllables(call.operator) for call in calls]
    error = jiwer.wer([" ".join(one) for one in truth], [" ".join(one) for one in heard])
    return f"{100 * error:.2f} %", f"{sum(map(_same_digits, truth, heard))} of {len(calls)}"


def _heard(transcriber: Transcriber, file: bytes) -> list[str]:
    turns = transcriber.transcribe(io.BytesIO(file), recording_sha256="", tracks=TRACKS).turns
    return _syllables(_said(turns, Role.CALLER)) + _syllables(_said(turns, Role.OPERATOR))


def _said(turns: Sequence[Turn], role: Role) -> str:
    return "".join(word.text for turn in turns if turn.role is role for word in turn.words)


def _is_as_long(call: Talk, file: bytes) -> bool:
    return bool(soundfile.info(io.BytesIO(file)).frames == len(call.samples))


def _leak_db(file: bytes, call: Talk) -> float:
    """How loud the caller is in the silent operator's channel, against the caller's own."""
    stereo, _ = soundfile.read(io.BytesIO(file), dtype="float64")
    loud = np.abs(call.samples[:, 0]) > 1000  # the caller speaks, and then nobody else does
    left, right = (np.sqrt(np.mean(stereo[loud, channel] ** 2)) for channel in (0, 1))
    return float(20 * np.log10(max(right, 1e-6) / left))


def _syllables(text: str) -> list[str]:
    return list(lazy_pinyin("".join(character for character in text if character.isalnum())))


def _same_digits(truth: Sequence[str], heard: Sequence[str]) -> bool:
    return [one for one in truth if one in DIGITS] == [one for one in heard if one in DIGITS]
