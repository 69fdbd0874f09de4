"""What pages ask of running calls, read once for all lines."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ledger import call_wishes
from ledger.call_wishes import CallWish
from ledger.database import Ledger

READ_EVERY_S = 0.15  # with a line's own pace it makes less than half a second


class CallWishes:
    """The clerk's copy, so that a hundred conversations do not each read the ledger all the time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._wishes: Mapping[str, tuple[CallWish, ...]] = {}
        self._read_s = float("-inf")

    def of(self, call_id: str, *, anew: bool = False) -> tuple[CallWish, ...]:
        """What was asked of a call and not settled a moment ago; with `anew` at this very moment."""
        if anew or time.monotonic() - self._read_s >= READ_EVERY_S:
            with self._ledger.reading() as session:
                self._wishes = call_wishes.unsettled(session)
            self._read_s = time.monotonic()
        return self._wishes.get(call_id, ())
