"""Where a caller has been: spans of the call, in seconds from its answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.records import Mark
from ledger.states import Place


class Journey:
    """Keeps the marks of one call; `place` is where the caller is now or was last."""

    def __init__(self) -> None:
        self._answered_monotonic_s = time.monotonic()
        self._marks: list[Mark] = []
        self.place = Place.NOTICE

    def elapsed_s(self) -> float:
        """Seconds since the answer."""
        return time.monotonic() - self._answered_monotonic_s

    @contextmanager
    def at(self, place: Place, detail: str = "") -> Iterator[None]:
        """The caller is at `place` while the block runs, however it ends."""
        start_s = self.elapsed_s()
        self.place = place
        try:
            yield
        finally:
            end_s = round(self.elapsed_s(), 3)
            self._marks.append(Mark(place=place, start_s=round(start_s, 3), end_s=end_s, detail=detail))

    def note(self, place: Place, detail: str) -> None:
        """A moment without length, e.g. a key pressed."""
        at_s = round(self.elapsed_s(), 3)
        self._marks.append(Mark(place=place, start_s=at_s, end_s=at_s, detail=detail))

    def span(self, place: Place, start_s: float, end_s: float) -> None:
        """A span that shows only afterwards."""
        self._marks.append(Mark(place=place, start_s=round(start_s, 3), end_s=round(end_s, 3)))

    def marks(self) -> tuple[Mark, ...]:
        """All marks by their start."""
        return tuple(sorted(self._marks, key=lambda mark: (mark.start_s, mark.end_s)))
