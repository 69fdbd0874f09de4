"""Remembers for a minute what took long to count from rows: a large installation's today.

Only what is many cells is kept beyond its request; of all other installations each page is of this moment.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from ledger.statistics.cells import Cell

LARGE = 2000  # cells: some 200 operators' day, of ten thousands of calls
KEPT_S = 60.0
MOST_KEPT = 12  # a few MB each


class Memo:
    """What all requests share. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Any, tuple[float, list[Cell]]] = {}

    def get(self, asked: Any) -> list[Cell] | None:
        """What was counted less than a minute ago."""
        with self._lock:
            stale_at_s, cells = self._kept.get(asked, (0.0, None))
            return cells if time.monotonic() < stale_at_s else None

    def keep(self, asked: Any, cells: list[Cell]) -> None:
        """Keep it, in place of what is oldest."""
        with self._lock:
            self._kept.pop(asked, None)
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[asked] = time.monotonic() + KEPT_S, cells


class RequestMemo(dict[Any, list[Cell]]):
    """What one request has counted, and the large of what others have."""

    def __init__(self, shared: Memo) -> None:
        super().__init__()
        self._shared = shared

    def get(self, asked: Any, default: Any = None) -> Any:
        """The own, else the others'."""
        own = super().get(asked)
        return (self._shared.get(asked) or default) if own is None else own

    def __setitem__(self, asked: Any, cells: list[Cell]) -> None:
        super().__setitem__(asked, cells)
        if len(cells) >= LARGE:
            self._shared.keep(asked, cells)


SHARED = Memo()
