"""The directory that one process searches: a file that was built, and over it what has changed since.

What changed is laid out in segments of its own, in memory; a later one hides the entries of those before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from desks.directory import entries, segments
from desks.directory.entries import Place
from desks.directory.explaining import Match, explain, number_of
from desks.directory.finding import Found, Wanted, find
from desks.directory.judging import Tier
from desks.directory.records import Entry, Number, Standing
from desks.directory.segments import Segment

INDEX: Final = Path("directory") / "index.bin"  # in the data directory
LOOKED_AGAIN_S: Final = 0.5  # after which changes are asked for again
MOST_FOLLOWED: Final = 20_000  # changes since the file that are kept in memory; beyond, it is built anew
PAGE: Final = 5000  # changes that are read at once
RESULTS: Final = 20

NOWHERE: Final = Place()
OLD_S: Final = 86_400.0  # an index is built anew: it does not know who was asked for since
STARTED_AGAIN_S: Final = 300.0  # after which a building that gave nothing is started again

Hidden = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A segment, and which of its entries were changed later."""

    segment: Segment
    hidden: Hidden | None = None
    changed: dict[int, Entry] | None = None  # what it was built from; None: of the file

    def without(self, ids: Sequence[int]) -> Layer:
        """The same where entries have changed."""
        items = self.segment.items_of(ids)
        if not len(items):
            return self
        hidden = np.zeros(self.segment.count, dtype=np.bool_) if self.hidden is None else self.hidden.copy()
        hidden[items] = True
        return replace(self, hidden=hidden)


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that is searched at one moment."""

    layers: tuple[Layer, ...] = ()
    place: Place = NOWHERE  # of the newest change that is in it


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """An entry that fits."""

    entry: Entry
    tier: Tier
    standing: Standing
    matches: tuple[Match, ...]  # what each word found

    @property
    def number(self) -> Number | None:
        """The one that was asked for; None where the entry has none."""
        numbers = self.entry.numbers
        return numbers[number_of(self.matches)] if numbers else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a search gave."""

    hits: tuple[Hit, ...]
    took_ms: float
    is_behind: bool  # there are more changes than are followed: the index is being built anew


class Directory:
    """Searches; one a process, for all its threads."""

    def __init__(self, path: Path, start_building: Callable[[], None] | None = None) -> None:
        """`path`: of the index's file. `start_building` is called where the file lacks too much."""
        self._path, self._start_building = path, start_building
        self._guard = threading.Lock()
        self._view, self._is_behind = View(), False
        self._looked_s, self._started_s, self._file = -LOOKED_AGAIN_S, -STARTED_AGAIN_S, (0, 0)

    def search(
        self, session: Session, query: str, *, at: datetime, limit: int = RESULTS, everything: bool = False
    ) -> Answer:
        """Entries that fit, the best first; unless `everything` only those that are valid at a moment.

        What is not valid comes last. Raises StorageError for a file that is no index.
        """
        started_s = time.perf_counter()
        self.follow(session)
        view = self._view
        found: list[tuple[Found, Layer]] = []
        for layer in view.layers:
            moment = None if everything else int(at.timestamp())
            wanted = Wanted(limit=limit, hidden=layer.hidden, at=moment)
            found += [(each, layer) for each in find(layer.segment, query, wanted)]
        best = sorted(found, key=_order)[:limit]
        ids = [int(layer.segment.entry_ids[each.item]) for each, layer in best]
        read = entries.get_many(session, ids)
        shown = [(read[id_], each.tier) for id_, (each, _) in zip(ids, best, strict=True) if id_ in read]
        matches = explain(query, [entry for entry, _ in shown])
        hits = [
            Hit(entry=entry, tier=tier, standing=entry.standing(at), matches=told)
            for (entry, tier), told in zip(shown, matches, strict=True)
        ]
        hits.sort(key=lambda hit: hit.standing is not Standing.VALID)
        took_ms = (time.perf_counter() - started_s) * 1000
        return Answer(hits=tuple(hits), took_ms=took_ms, is_behind=self._is_behind)

    def follow(self, session: Session) -> None:
        """Take in what has changed, unless that was done a moment ago or is being done."""
        if time.monotonic() - self._looked_s < LOOKED_AGAIN_S:
            return
        if not self._guard.acquire(
            blocking=not self._view.layers
        ):  # the first to ask waits for the first view
            return
        try:
            self._open_newest()
            self._take_changes(session)
            self._looked_s = time.monotonic()
        finally:
            self._guard.release()

    def _open_newest(self) -> None:
        """The file, where there is another than before."""
        if not self._path.exists():
            return
        status = self._path.stat()
        if (status.st_ino, status.st_mtime_ns) != self._file:
            segment = Segment.open(self._path)
            self._view = View(layers=(Layer(segment=segment),), place=segment.place)
            self._file = (status.st_ino, status.st_mtime_ns)
        if time.time() - status.st_mtime > OLD_S:
            self._build()

    def _take_changes(self, session: Session) -> None:
        newest = entries.newest(session)
        if newest == self._view.place:
            self._is_behind = False
            return
        if (
            newest < self._view.place
        ):  # the file is of another database, or of this one before it was put back
            self._view = View()
        kept = sum(len(layer.changed or {}) for layer in self._view.layers)
        pending = entries.count_since(session, self._view.place, MOST_FOLLOWED + 1)
        self._is_behind = kept + pending > MOST_FOLLOWED
        if self._is_behind:
            self._build()
        while not self._is_behind:
            page = entries.changed_since(session, self._view.place, PAGE)
            if not page:
                return
            self._view = _with_changes(self._view, page)

    def _build(self) -> None:
        if self._start_building is not None and time.monotonic() - self._started_s >= STARTED_AGAIN_S:
            self._started_s = time.monotonic()
            self._start_building()


def _order(each: tuple[Found, Layer]) -> tuple[int, float, int]:
    found, layer = each
    return found.tier, found.rank, -int(layer.segment.asked[found.item])


def _with_changes(view: View, page: Sequence[Entry]) -> View:
    """With one more segment; those of changes that are no larger are joined to it."""
    changed = {entry.id: entry for entry in page if entry.id is not None}
    layers = [layer.without(list(changed)) for layer in view.layers]
    while layers and layers[-1].changed is not None and len(layers[-1].changed) <= 2 * len(changed):
        changed = {**(layers.pop().changed or {}), **changed}
    place = entries.place_of(page[-1])
    top = Layer(segment=segments.build(changed.values(), place), changed=changed)
    return View(layers=(*layers, top), place=place)
