"""Matching by sound: where in what was heard does a phrase occur, and how alike does it sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ledger.alike_sounds import Costs
from qa_scoring.conversation import Span
from qa_scoring.heard import Heard
from qa_scoring.phrase_books import UNITS, Group, Numbers, PhraseBook
from qa_scoring.phrases import Phrase
from qa_scoring.searching import Search

EXACT: Final = 1e-9  # what rounding may add
AHEAD: Final = 1e-6  # more than all roundings together
FARTHEST: Final = np.iinfo(np.int16).max  # units: more than leaving out the longest phrase costs
LONGEST_STRETCH: Final = 2.0  # a match is at most so many times as long as its phrase, plus two syllables
FIRST_LOOKED_AT: Final = 8  # phrases: the best of them leaves few others that could be better

__all__ = ["EXACT", "Hit", "Listener", "PhraseBook"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Where a phrase fits best: places in the heard row (both within), times, words and likeness."""

    phrase: Phrase
    first: int
    last: int
    start_s: float
    end_s: float
    text: str
    likeness: float  # 1 - cost / syllables of the phrase, within 0 to 1


class Listener:
    """One speaker's words, listened to for all phrases of a book at once.

    Every phrase has a floor under what it costs; it is searched for when somebody asks for so much.
    """

    def __init__(self, book: PhraseBook, heard: Heard) -> None:
        self.book = book
        self.heard = heard
        self._search = Search(book, heard)
        self._floors = self._search.floors() / UNITS  # of what was searched for: what it costs
        self._costs = np.empty((len(book.lengths), len(heard.syllables)), dtype=np.int16)  # units
        self._is_searched = np.zeros(len(book.lengths), dtype=np.bool_)
        self._near: frozenset[int] | None = None  # rows that are so alike as is asked as a rule
        self._begins: dict[tuple[int, int], int] = {}

    @property
    def searched(self) -> int:
        """For how many different sounds of phrases there was a search: the others cannot be alike enough."""
        return int(self._is_searched.sum())

    def listen_ahead(self) -> None:
        """Search for all that may be so alike that it is asked for as a rule: once, not for each rule."""
        most = (1.0 - self.book.asked) * self.book.lengths + AHEAD
        self._search_for(np.flatnonzero(self._floors <= most))
        self._near = frozenset(np.flatnonzero(self._floors <= most).tolist())

    def best(self, phrases: Sequence[Phrase], within: Span) -> Hit | None:
        """The most alike place of any of the phrases; None where nothing within is alike at all."""
        first, past = self.heard.places_within(within)
        if first == past or not phrases:
            return None
        group = self.book.group(phrases)
        promising = self._promising(group, first, past)
        costs, lengths = self._costs[group.rows[promising], first:past] / UNITS, group.lengths[promising]
        which, at = np.unravel_index((costs / lengths[:, None]).argmin(), costs.shape)
        if costs[which, at] >= lengths[which] - EXACT:
            return None
        return self._hit(phrases[int(promising[which])], first + int(at), first)

    def _promising(self, group: Group, first: int, past: int) -> Numbers:
        """Those of the group that can be the best there, in its order; all of them searched for."""
        floors = self._floors[group.rows] / group.lengths
        likely = np.argsort(floors, kind="stable")[:FIRST_LOOKED_AT]
        self._search_for(group.rows[likely])
        cheapest = self._costs[group.rows[likely], first:past].min(axis=1) / UNITS
        promising = np.flatnonzero(floors <= (cheapest / group.lengths[likely]).min())
        self._search_for(group.rows[promising])
        return promising

    def worth_a_look(
        self, phrases: Sequence[Phrase], within: Span, *, least: float | None = None, doubt: float = 0.0
    ) -> list[Phrase]:
        """Those that are somewhere within the span as alike as each needs, or `least`, less the doubt."""
        group = self.book.group(phrases)
        if self._near is not None and self._near.isdisjoint(group.row_set) and _is_usual(group, least, doubt):
            return []
        most = (1.0 - (group.needed if least is None else least) + doubt) * group.lengths + EXACT
        near = np.flatnonzero(self._floors[group.rows] <= most)
        if not near.size:
            return []
        first, past = self.heard.places_within(within)
        if first == past:
            return []
        self._search_for(group.rows[near])
        cheapest = self._costs[group.rows[near], first:past].min(axis=1) / UNITS
        return [phrases[at] for at in near[cheapest <= most[near]].tolist()]

    def hits(self, phrase: Phrase, within: Span, *, least: float) -> list[Hit]:
        """All fits within the span that are at least so alike and do not overlap, in time order."""
        row = self.book.rows[phrase]
        most = (1.0 - least) * len(phrase) + EXACT
        if self._floors[row] > most:
            return []
        self._search_for(np.array([row]))
        first, past = self.heard.places_within(within)
        costs = self._costs[row, first:past] / UNITS
        if not costs.size or costs.min() > most:
            return []
        return self._apart(phrase, first, costs, most)

    def _search_for(self, rows: Numbers) -> None:
        """Of the rows those that were not searched for before."""
        rows = rows[~self._is_searched[rows]]
        if rows.size:
            for batch in self._search.batches(np.unique(rows)):
                costs = self._search.costs(batch)
                self._costs[batch] = costs
                self._floors[batch] = costs.min(axis=1, initial=FARTHEST) / UNITS
            self._is_searched[rows] = True

    def _apart(self, phrase: Phrase, first: int, costs: Costs, most: float) -> list[Hit]:
        hits: list[Hit] = []
        for at in np.argsort(costs, kind="stable"):
            if costs[at] > most:
                break
            if any(hit.first <= first + at <= hit.last for hit in hits):
                continue
            hit = self._hit(phrase, first + int(at), first)
            if all(hit.last < other.first or hit.first > other.last for other in hits):
                hits.append(hit)
        return sorted(hits, key=lambda hit: hit.first)

    def _hit(self, phrase: Phrase, last: int, earliest: int) -> Hit:
        row = self.book.rows[phrase]
        first = max(earliest, self._first_place(row, last))
        spoken = [each for each in self.heard.syllables[first : last + 1] if each]
        return Hit(
            phrase=phrase,
            first=first,
            last=last,
            start_s=min((each.start_s for each in spoken), default=math.nan),
            end_s=max((each.end_s for each in spoken), default=math.nan),
            text="".join(each.syllable.character for each in spoken),
            likeness=min(1.0, max(0.0, 1.0 - float(self._costs[row, last] / UNITS) / len(phrase))),
        )

    def _first_place(self, row: int, last: int) -> int:
        """Where the match of a row begins that ends at `last`."""
        if (row, last) not in self._begins:
            stretch = int(int(self.book.lengths[row]) * LONGEST_STRETCH) + 2
            self._begins[row, last] = self._search.first_place(row, last, stretch)
        return self._begins[row, last]


def _is_usual(group: Group, least: float | None, doubt: float) -> bool:
    """Whether what is asked of the group is no less than what the book has of each of its phrases."""
    return doubt <= group.doubt + EXACT if least is None else least - doubt >= group.strictest - EXACT
