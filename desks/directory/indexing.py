"""Building the index's file: by command, or by whoever finds that it lacks too much."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from desks.directory import entries, segments
from desks.directory.beside import start_beside
from desks.directory.directory import INDEX
from desks.directory.records import Entry
from desks.directory.segments import Segment
from ledger.database import Ledger
from ledger.settings import Settings

MODULE: Final = "desks.directory.build_index"

Told = Callable[[int, int], None]  # how many entries of how many were read


def index_path(settings: Settings) -> Path:
    """Where the index of a data directory lies."""
    return settings.data_dir / INDEX


def build_index(ledger: Ledger, path: Path, told: Told = lambda _done, _of: None) -> Segment | None:
    """Build the file of all entries as they are now; None where another process is about it.

    Raises StorageError.
    """
    with _alone(path) as is_alone:
        if not is_alone:
            return None
        with ledger.reading() as session:
            place, total = entries.newest(session), entries.count(session)
            segment = segments.build(_counted(entries.read_all(session), told, total), place)
        segment.save(path)
        return segment


def start_building(settings: Settings) -> None:
    """Build it in a process of its own, which ends at once where another is about it."""
    start_beside(settings, MODULE)


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether nobody else builds the file, who is kept from it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _counted(read: Iterator[Entry], told: Told, total: int) -> Iterator[Entry]:
    for number, entry in enumerate(read, start=1):
        yield entry
        if number % entries.ROWS_AT_ONCE == 0:
            told(number, total)
