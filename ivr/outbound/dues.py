"""Whether anybody is to be called, read once for all lines."""

from __future__ import annotations

import time

from desks.campaigns import attempts
from ledger.database import Ledger

READ_EVERY_S = 0.5  # a hundred lines ask each second
REST_S = 1.0  # after a look that found nobody to call: no operator is free, or no place


class Dues:
    """The clerk's copy."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._is_any, self._read_s = False, float("-inf")

    def is_any(self) -> bool:
        """Whether somebody may be called now, as far as campaigns and people say."""
        if time.monotonic() - self._read_s >= READ_EVERY_S:
            with self._ledger.reading() as session:
                self._is_any = attempts.is_any_due(session)
            self._read_s = time.monotonic()
        return self._is_any

    def note_claim(self, *, found: bool) -> None:
        """Somebody was called, so there may be more; or nobody could be, and no line asks for a moment."""
        self._is_any, self._read_s = False, float("-inf") if found else time.monotonic() + REST_S
