"""CPU and time for sealing a recorded minute, beside a plain WAV writer (the standard library's)."""

from __future__ import annotations

import os
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.recorder.talk import RATE_HZ, talks
from ledger.records import Call
from ledger.states import AudioFormat, CallState, Origin
from recorder.capture import Capture
from recorder.keys import new_key
from recorder.sealing import Form, seal_call

COLUMNS = ("way", "CPU ms a recorded minute", "of plain WAV", "seconds for a call of 3 min", "kB a minute")
MINUTES, ROUNDS = 3.0, 5
TITLE = (
    f"Sealing: from two capture files of {MINUTES:g} min to a synced recording; medians of {ROUNDS} rounds"
)
DAY = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one call."""

    cpu_s: float
    took_s: float
    size: int


def rows(folder: Path) -> list[tuple[str, ...]]:
    """Plain WAV, then each form of ours, in turn round by round so that all meet the same machine."""
    capture = _capture(folder)
    ways: dict[str, Callable[[], Path]] = {
        "plain WAV writer (Python's wave), synced": lambda: _plain(capture, folder / "plain.wav"),
        "FLAC": _sealing(folder, Form()),
        "FLAC, encrypted": _sealing(folder, Form(key=new_key())),
        "Opus": _sealing(folder, Form(format=AudioFormat.OPUS)),
        "Opus, encrypted": _sealing(folder, Form(format=AudioFormat.OPUS, key=new_key())),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            costs[name].append(_cost(way))
    plain_s = median(cost.cpu_s for cost in next(iter(costs.values())))
    return [_row(name, found, plain_s) for name, found in costs.items()]


def _row(name: str, costs: list[Cost], plain_s: float) -> tuple[str, ...]:
    cpu_s = median(cost.cpu_s for cost in costs)
    return (
        name,
        f"{1000 * cpu_s / MINUTES:.1f}",
        f"{cpu_s / plain_s:.1f}",
        f"{median(cost.took_s for cost in costs):.3f}",
        f"{costs[0].size / 1000 / MINUTES:.0f}",
    )


def _cost(way: Callable[[], Path]) -> Cost:
    cpu_s, began_s = time.process_time(), time.perf_counter()
    written = way()
    return Cost(
        cpu_s=time.process_time() - cpu_s,
        took_s=time.perf_counter() - began_s,
        size=written.stat().st_size,
    )


def _sealing(folder: Path, form: Form) -> Callable[[], Path]:
    return lambda: folder / seal_call(_CALL, folder, folder, form).path


def _capture(folder: Path) -> Capture:
    """Three minutes of dialogues, as two mono files that a line leaves."""
    samples = np.concatenate([talk.samples for talk in talks()])
    wanted = int(MINUTES * 60 * RATE_HZ)
    samples = np.resize(samples, (wanted, 2))
    capture = Capture.of_call(folder, _CALL.id)
    for channel, path in enumerate((capture.said, capture.heard)):
        _write(path, samples[:, channel : channel + 1])
    return capture


def _plain(capture: Capture, target: Path) -> Path:
    """Reads both files, writes them interleaved, syncs: the least that anybody could do."""
    channels = []
    for path in (capture.said, capture.heard):
        with wave.open(str(path)) as file:
            channels.append(np.frombuffer(file.readframes(file.getnframes()), np.int16))
    _write(target, np.stack(channels, axis=1))
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return target


def _write(path: Path, samples: NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


_CALL = Call(
    id="20260102-000000-bench",
    origin=Origin.SIP,
    sip_call_id=None,
    hotline="114",
    caller=None,
    state=CallState.ENDED,
    received_at=DAY,
)
