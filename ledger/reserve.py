"""Room that is kept for SQLite: a file beside the database, given up when the disk is full.

Whoever fills the disk, the ledger can then still say which calls came and that they were not recorded.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

RESERVE_BYTES = 16 << 20  # some ten thousand calls' rows
SUFFIX = ".reserve"


def reserve_of(database: Path) -> Path:
    """Where the reserve of a database lies."""
    return database.with_name(database.name + SUFFIX)


def keep_reserve(database: Path, least_free_bytes: int) -> bool:
    """Take the reserve where it is not there and the disk has room for it. Whether it is there."""
    reserve = reserve_of(database)
    if reserve.exists():
        return True
    if shutil.disk_usage(database.parent).free < least_free_bytes + RESERVE_BYTES:
        return False
    with reserve.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
    return True


def give_up_reserve(database: Path) -> bool:
    """Free the reserve. Whether there was one."""
    reserve = reserve_of(database)
    is_there = reserve.exists()
    reserve.unlink(missing_ok=True)
    return is_there
