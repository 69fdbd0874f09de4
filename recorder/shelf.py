"""Where sealed recordings are read for checking: the one place that knows how they lie in the store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

BLOCK_BYTES = 1 << 18  # read at once
PART = ".part"  # what is being written beside its place


class Shelf(Protocol):
    """The recordings of one installation, by their paths in the ledger. Used by several threads at once."""

    def hash(self, path: str) -> str:
        """SHA-256 of a recording's audio as it was sealed, in hex. Raises OSError where it is not there."""

    def walk(self) -> Iterator[str]:
        """Paths of all files but those that are being written, in order."""


class FolderShelf:
    """Recordings in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hash(self, path: str) -> str:
        """SHA-256 of the file's bytes."""
        digest = hashlib.sha256()
        with (self._folder / path).open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()

    def walk(self) -> Iterator[str]:
        """Files that are finished."""
        for folder, inner, files in os.walk(self._folder):
            inner.sort()
            for name in sorted(files):
                if not name.endswith(PART):
                    yield Path(folder, name).relative_to(self._folder).as_posix()


def call_id_of(path: str) -> str:
    """Whose recording a file is by its name, whatever it ends in."""
    return PurePosixPath(path).name.partition(".")[0]
