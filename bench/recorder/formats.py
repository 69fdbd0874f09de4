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

TITLE = "Formats: dialogues of the repository through A-law with line noise, transcribed by the product"
COLUMNS = (
    "format", "kB a minute", "of FLAC", "length kept", "other channel heard", "pinyin error", "numbers right",
)  # fmt: skip
OPUS_KBPS = (48.0, 32.0, 24.0, 16.0, 12.0)
TRACKS = (
    Track(channel=0, role=Role.CALLER, spans=None),
    Track(channel=1, role=Role.OPERATOR, spans=None),
)
DIGITS = frozenset(["ling", "yao", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"])


def rows(_folder: Path) -> list[tuple[str, ...]]:
    """One row for each format."""
    settings = load_settings()
    transcriber = Transcriber(require(settings.model, settings.models_dir))
    calls = talks()
    minutes = sum(call.minutes for call in calls)
    flac = [encode(call.samples, AudioFormat.FLAC) for call in calls]
    found = [_row("FLAC", calls, flac, flac, minutes, transcriber)]
    for kbps in OPUS_KBPS:
        files = [encode(call.samples, AudioFormat.OPUS, kbps) for call in calls]
        found.append(_row(f"Opus {kbps:g} kbit/s a channel", calls, files, flac, minutes, transcriber))
    return found


def _row(
    name: str,
    calls: Sequence[Talk],
    files: Sequence[bytes],
    flac: Sequence[bytes],
    minutes: float,
    transcriber: Transcriber,
) -> tuple[str, ...]:
    size = sum(map(len, files))
    heard = [_heard(transcriber, file) for file in files]
    truth = [_syllables(call.caller) + _syllables(call.operator) for call in calls]
    error = jiwer.wer([" ".join(one) for one in truth], [" ".join(one) for one in heard])
    return (
        name,
        f"{size / 1000 / minutes:.0f}",
        f"{size / sum(map(len, flac)):.2f}",
        "yes" if all(map(_is_as_long, calls, files)) else "NO",
        f"{median(map(_leak_db, files, calls)):.0f} dB",
        f"{100 * error:.2f} %",
        f"{sum(map(_same_digits, truth, heard))} of {len(calls)}",
    )


def _heard(transcriber: Transcriber, file: bytes) -> list[str]:
    turns = transcriber.transcribe(io.BytesIO(file), recording_sha256="", tracks=TRACKS).turns
    return _syllables(_said(turns, Role.CALLER)) + _syllables(_said(turns, Role.OPERATOR))


def _said(turns: Sequence[Turn], role: Role) -> str:
    return "".join(turn.text for turn in turns if turn.role is role)


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
