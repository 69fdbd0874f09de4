"""What is searched during calls, kept a moment: the ledger is written once for what is typed sign by sign."""

from __future__ import annotations

import threading
from typing import Final

import structlog

from desks.directory.collecting import Search, note_searches
from ledger.database import UNWRITABLE, Ledger

WRITTEN_AFTER_S: Final = 2.0

log = structlog.get_logger(__name__)


class Searches:
    """The last search of each call; a stop of the console may lose those of the last seconds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], Search] = {}

    def note(self, search: Search) -> None:
        """It is written soon, unless another one of the same call comes before."""
        with self._lock:
            is_first = not self._last
            self._last[search.call_id, search.operator] = search
        if is_first:
            self._write_later()

    def write(self) -> None:
        """Write what has come; tried again later where the ledger cannot be written."""
        with self._lock:
            some, self._last = self._last, {}
        try:
            with self._ledger.transaction() as session:
                note_searches(session, some.values())
        except UNWRITABLE as error:
            log.warning("searches_put_off", cause=str(error))
            with self._lock:
                self._last = some | self._last
            self._write_later()

    def _write_later(self) -> None:
        timer = threading.Timer(WRITTEN_AFTER_S, self.write)
        timer.daemon = True
        timer.start()
