"""Files that are whole or not there: written beside, synced, renamed, and the folder synced."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ledger.errors import NotFound

PART = ".part"  # what has this ending is not finished


def write_durably(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Have `write` write a file, which then is at `target`, whole and on the disk."""
    make_folder(target.parent)
    beside = target.with_name(target.name + PART)
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        if beside.exists():
            beside.unlink()
        raise
    sync_folder(target.parent)


def make_folder(folder: Path) -> None:
    """A folder that is there after a power cut too."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """What was renamed into it stays there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def inside(folder: Path, relative: str) -> Path:
    """A path in a folder. Raises NotFound where it would lead out of it."""
    root = folder.resolve()
    path = (root / relative).resolve()
    if path == root or not path.is_relative_to(root):
        raise NotFound(f"there is no recording {relative!r}")
    return path
