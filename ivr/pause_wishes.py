"""What pages ask of the recordings of running calls, read once for all lines."""

from __future__ import annotations

import time

from ledger import calls
from ledger.calls import PauseWish
from ledger.database import Ledger

READ_EVERY_S = 0.25  # with a line's own pace it makes less than a second


class PauseWishes:
    """The clerk's copy, so that a hundred conversations do not each read their row all the time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._wishes: dict[str, PauseWish] = {}
        self._read_s = float("-inf")

    def of(self, call_id: str) -> PauseWish | None:
        """What was asked last; None where nobody has."""
        if time.monotonic() - self._read_s >= READ_EVERY_S:
            with self._ledger.reading() as session:
                self._wishes = calls.pause_wishes(session)
            self._read_s = time.monotonic()
        return self._wishes.get(call_id)
