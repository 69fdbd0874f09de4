"""The one who looks at the ledger for everybody: however many ask, the ledger is read once a second."""

from __future__ import annotations

import threading
import time
from datetime import datetime, tzinfo

from console.switchboard import Switchboard
from console.times import start_of_day
from console.wallboard import service
from console.wallboard.schemas import Snapshot, Today
from ledger.clock import now
from ledger.database import Ledger

EVERY_S = 1.0  # of the feed
FRESH_S = 0.9  # a little less than the feed's second
TODAY_FRESH_S = 5.0
SHARE_OF_TIME = 0.05  # reading the day takes no more of the time than this, however many calls it has


class Lookout:
    """Gives everybody the same snapshot. May be asked from any thread."""

    def __init__(self, ledger: Ledger, switchboard: Switchboard, zone: tzinfo) -> None:
        self._ledger, self._switchboard, self._zone = ledger, switchboard, zone
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stale_at_s = 0.0
        self._today: tuple[datetime, Today] | None = None  # midnight, and what was counted since
        self._today_stale_at_s = 0.0

    def look(self) -> Snapshot:
        """The present moment, a second old at most; the day's figures a few seconds."""
        with self._lock:
            if self._snapshot is None or time.monotonic() >= self._stale_at_s:
                self._snapshot = self._look_anew()
                self._stale_at_s = time.monotonic() + FRESH_S
            return self._snapshot

    def _look_anew(self) -> Snapshot:
        at = now()
        with self._ledger.reading() as session:
            midnight = start_of_day(at.astimezone(self._zone).date(), self._zone)
            started_s = time.monotonic()
            if self._today is None or self._today[0] != midnight or started_s >= self._today_stale_at_s:
                self._today = midnight, service.look_back(session, self._switchboard, midnight, at)
                took_s = time.monotonic() - started_s
                self._today_stale_at_s = started_s + max(TODAY_FRESH_S, took_s / SHARE_OF_TIME)
            return service.look_now(session, self._switchboard, at, self._today[1])
