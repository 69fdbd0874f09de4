"""Verifying, rescuing what dead lines left, and jumping in encrypted recordings."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np

from bench.recorder.talk import RATE_HZ, talks
from hotline.pipeline import Pipeline
from ivr.aftermath import clean_up_after
from ledger import calls
from ledger.chain import Scope
from ledger.clock import now
from ledger.database import open_ledger
from ledger.records import Recording
from ledger.settings import Settings, prepare_data_dir
from ledger.states import AudioFormat
from recorder.capture import Capture
from recorder.keys import append_key, new_key
from recorder.opening import Recordings
from recorder.sealing import Form, Sound, seal
from recorder.verifying import Verifier

COLUMNS = ("what", "seconds", "of one")
LEFT, LEFT_S = 1000, 20
TITLE = f"Keeping: {LEFT:,} unsealed recordings of {LEFT_S} s that dead lines left, verified; jumps in one"
JUMPS, JUMP_BYTES = 200, 64 * 1024
NOBODY = "line-1:999999999"  # more than any process number


def rows(folder: Path) -> list[tuple[str, ...]]:
    """One row for each."""
    settings = Settings(data_dir=folder / "var")
    prepare_data_dir(settings)
    return [*_rescuing(settings), *_jumping(folder)]


def _rescuing(settings: Settings) -> list[tuple[str, ...]]:
    ledger = open_ledger(settings)
    ids = [f"20260102-000000-{number:010x}" for number in range(LEFT)]
    with ledger.transaction() as session:
        for call_id in ids:
            calls.add_call(session, call_id=call_id, hotline="114", line=NOBODY)
            calls.mark_answered(session, call_id, now() - timedelta(seconds=LEFT_S))
    for call_id in ids:
        _leave_capture(Capture.of_call(settings.capture_dir, call_id))
    pipeline = Pipeline(settings, ledger)

    def rescue() -> None:
        for call_id in clean_up_after(ledger, "line-1", settings.capture_dir):
            pipeline.advance(call_id)

    verifier = Verifier(ledger, Recordings(settings), Scope())
    found = [
        _row(f"rescue {LEFT} unsealed recordings: closed, sealed, in the chain", _took_s(rescue), LEFT),
        _row(f"verify {LEFT} recordings", _took_s(verifier.verify), LEFT),
    ]
    ledger.close()
    return found


def _leave_capture(capture: Capture) -> None:
    """As a dead line leaves it: headers that say "0 samples"."""
    header = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0"
    for channel, path in enumerate((capture.said, capture.heard)):
        path.write_bytes(header + np.resize(_SPEECH[:, channel], LEFT_S * RATE_HZ).tobytes())


def _jumping(folder: Path) -> list[tuple[str, ...]]:
    found = []
    for name, key in (("plain", None), ("encrypted", new_key())):
        settings = Settings(data_dir=folder / name, recording_key_file=folder / "keys" if key else None)
        if key:
            append_key(folder / "keys", key)
        prepare_data_dir(settings)
        recording = _half_an_hour(settings, Form(format=AudioFormat.FLAC, key=key))
        took_s = _took_s(lambda: _jump(settings, recording))  # noqa: B023 - called at once
        found.append(_row(f"{JUMPS} jumps of 64 kB in half an hour, {name}", took_s, JUMPS))
        shutil.rmtree(settings.data_dir)
    return found


def _half_an_hour(settings: Settings, form: Form) -> Recording:
    ledger = open_ledger(settings)
    with ledger.transaction() as session:
        calls.add_call(session, call_id="20260102-000000-bench", hotline="114")
        call = calls.get_call(session, "20260102-000000-bench")
    ledger.close()
    samples = np.resize(_SPEECH, (30 * 60 * RATE_HZ, 2))
    return seal(call, Sound(samples=samples), settings.spool_dir, form)


def _jump(settings: Settings, recording: Recording) -> None:
    random, recordings = Random(1), Recordings(settings)
    size = (settings.spool_dir / recording.path).stat().st_size - 2 * JUMP_BYTES
    for _ in range(JUMPS):  # each request opens anew
        with recordings.open(recording) as file:
            file.seek(random.randrange(size))
            assert len(file.read(JUMP_BYTES)) == JUMP_BYTES


def _took_s(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _row(what: str, took_s: float, count: int) -> tuple[str, ...]:
    return what, f"{took_s:.2f}", f"{1000 * took_s / count:.2f} ms ({count / took_s:,.0f} a second)"


_SPEECH = np.concatenate([talk.samples for talk in talks(4)])
