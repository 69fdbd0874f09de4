"""What makes a foreign file that file: its bytes. And whether somebody still writes it."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from pathlib import Path

from ledger.errors import BadRecording
from recorder.foreign.kinds import shown

SETTLED_S = 2.0  # a file changed less long ago is looked at again: a recorder may be writing it
CHECKED_AFTER_S = 1.0


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex.

    Raises BadRecording with one sentence: missing, no file, not readable, empty, or still growing.
    """
    name = shown(path.name)
    try:
        before = path.stat()
        _refuse_no_file(path, before)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _wait_where_fresh(before)
        after = path.stat()
    except FileNotFoundError as error:
        raise BadRecording(f"there is no file {shown(path)}; check the name") from error
    except OSError as error:
        raise BadRecording(f"{name} cannot be read ({error.strerror}); {remedy(error)}") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadRecording(f"{name} is still being written; import it when its recorder has finished")
    return sha256


def _refuse_no_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise BadRecording(f"{shown(path.name)} is no file; name a recording or a folder of recordings")
    if found.st_size == 0:
        raise BadRecording(f"{shown(path.name)} is empty (0 bytes); export it again")


def _wait_where_fresh(found: os.stat_result) -> None:
    """Two looks within a millisecond would find every file at rest."""
    if abs(time.time() - found.st_mtime) < SETTLED_S:
        time.sleep(CHECKED_AFTER_S)


def remedy(error: OSError) -> str:
    """What to do about a file that cannot be read."""
    if isinstance(error, PermissionError):
        return "give the right to read it"
    return "check the disk or the link that leads to it"
