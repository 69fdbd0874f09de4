"""Files that take long to make and depend on their key alone, kept on the disk as `KEY-SHA256.fst`.

The key is the hash of all that decides what is in it, the other hash is of the file, so that a damaged one
is made again.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from asr_models.hashing import file_sha256

KEPT_S = 86_400.0  # one used since then is left: somebody may be about to read it


def find_kept(folder: Path, key: str) -> Path | None:
    """The kept file, marked as used; one that is damaged is removed."""
    for path in folder.glob(f"{key}-*.fst"):
        with contextlib.suppress(OSError):  # another process may have removed it, or the folder is not ours
            if path.stem == f"{key}-{file_sha256(path)}":
                os.utime(path)
                return path.resolve()
            path.unlink()
    return None


def keep(folder: Path, key: str, write: Callable[[Path], None], most: int) -> Path:
    """What `write` makes, kept from now on; of those that nobody used for a day the `most` last ones stay.

    Raises OSError where the disk does not allow it.
    """
    folder.mkdir(exist_ok=True)
    partial = folder / f"{key}.{os.getpid()}.partial"
    try:
        write(partial)
        kept = folder / f"{key}-{file_sha256(partial)}.fst"
        partial.replace(kept)
    finally:
        partial.unlink(missing_ok=True)
    for path in sorted(folder.glob("*.fst"), key=_used_s)[:-most]:
        if _used_s(path) < time.time() - KEPT_S:
            path.unlink(missing_ok=True)
    return kept.resolve()


def _used_s(path: Path) -> float:
    return path.stat().st_mtime
