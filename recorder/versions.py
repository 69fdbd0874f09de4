"""The files that there may be of one call: the recording, masked again and again, and its kept original."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from ledger import archived

_VERSION = re.compile(r"\.m(\d+)\.")


def next_path(session: Session, path: str, suffix: str) -> str:
    """A path for the next masked version: ID.flac, ID.m1.flac, ID.m2.flac and so on, in the same folder.

    What waits for its removal, or is being written by somebody else, is passed over.
    """
    whole = PurePosixPath(path)
    found = _VERSION.search(whole.name)
    number = int(found[1]) + 1 if found else 1
    stem = whole.name.partition(".")[0]
    while archived.is_discarded(session, wanted := str(whole.with_name(f"{stem}.m{number}{suffix}"))):
        number += 1
    return wanted
