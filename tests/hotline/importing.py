"""Small recordings to import, and what the ledger has of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from sqlalchemy import select

from ledger import calls
from ledger.database import Ledger, open_ledger
from ledger.records import Call
from ledger.settings import Settings
from ledger.tables import ImportRow, RecordingRow

RATE_HZ = 8000
LONG_AGO_S = 3600.0  # a file that was changed a moment ago is watched for a second


def write_recording(path: Path, seed: int, seconds: float = 1.0) -> Path:
    """Stereo noise, another for each seed, at rest for an hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(seed).integers(-900, 900, (int(seconds * RATE_HZ), 2)).astype(np.int16)
    soundfile.write(path, samples, RATE_HZ)
    return rest(path)


def rest(path: Path) -> Path:
    """As if nobody had written to it for an hour."""
    moment_s = time.time() - LONG_AGO_S
    os.utime(path, (moment_s, moment_s))
    return path


@contextmanager
def ledger_of(data: Path) -> Iterator[Ledger]:
    """The ledger of a data directory."""
    data.mkdir(parents=True, exist_ok=True)
    ledger = open_ledger(Settings(data_dir=data))
    try:
        yield ledger
    finally:
        ledger.close()


def calls_in(data: Path) -> dict[str, Call]:
    """All imported calls by the name of their file."""
    with ledger_of(data) as ledger, ledger.reading() as session:
        rows = session.execute(select(ImportRow.file, ImportRow.call_id)).all()
        assert len(calls.list_calls(session)) == len(rows)
        return {Path(file).name: calls.get_call(session, call_id) for file, call_id in rows}


def assert_sealed_once(data: Path) -> None:
    """Every recording on disk is one of the ledger, and the other way round; nothing is half there."""
    with ledger_of(data) as ledger, ledger.reading() as session:
        known = set(session.scalars(select(RecordingRow.path)))
        count = len(calls.list_calls(session))
    on_disk = {
        path.relative_to(folder).as_posix()
        for folder in (data / "recordings", data / "sealed")  # what a killed import left waits in the spool
        for path in folder.rglob("*/*/*")
    }
    assert on_disk == known
    assert len(known) == count
