"""Where sealed recordings are read for checking: the one place that knows how they lie in the store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

BLOCK_BYTES = 1 << 18  # read at once
PART = ".part"  # what is being written beside its place


class Shelf:
    """The recordings of one installation, by their paths in the ledger."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, path: str) -> BinaryIO:
        """A recording's bytes. Raises OSError."""
        return (self._folder / path).open("rb")

    def hash(self, path: str) -> str:
        """SHA-256 of a recording's bytes, in hex. Raises OSError."""
        with self.open(path) as file:
            digest = hashlib.sha256()
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
            return digest.hexdigest()

    def walk(self) -> Iterator[str]:
        """Paths of all files but those that are being written, in order."""
        for folder, inner, files in os.walk(self._folder):
            inner.sort()
            for name in sorted(files):
                if not name.endswith(PART):
                    yield Path(folder, name).relative_to(self._folder).as_posix()


def call_id_of(path: str) -> str:
    """Whose recording a file is by its name."""
    return PurePosixPath(path).stem
