"""Where sealed recordings are read for checking: the one place that knows how they lie in the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol


class Shelf(Protocol):
    """The recordings of one installation, by their paths in the ledger. Used by several threads at once."""

    def hash(self, path: str) -> str:
        """SHA-256 of a recording's audio as it was sealed, in hex. Raises OSError where it is not there."""

    def walk(self) -> Iterator[str]:
        """Paths of all files but those that are being written, in order."""


def call_id_of(path: str) -> str:
    """Whose recording a file is by its name, whatever it ends in."""
    return PurePosixPath(path).name.partition(".")[0]
