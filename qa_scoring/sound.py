"""Matching by sound: where in what was heard does a phrase occur, and how alike does it sound.

Approximate substring search (P. H. Sellers, 1980) of all phrases of a pack at once: the dynamic programme
runs over a phrase's syllables, and each step is a few numpy operations over all phrases and all places
(docs/decisions/0019-matching-stays-with-numpy.md tells what others cost).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from qa_scoring.conversation import Span
from qa_scoring.heard import WALL_COST, Heard
from qa_scoring.phrases import Phrase, Way
from qa_scoring.syllables import FINAL_COSTS, INITIAL_COSTS, Costs, Half

Sound = tuple[int, int, int, int]  # initial and final of both readings

EXACT: Final = 1e-9  # what rounding may add
LONGEST_STRETCH: Final = 2.0  # a match is at most so many times as long as its phrase, plus two syllables


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """The n-th syllables of all phrases, those of a common beginning once."""

    parents: Half  # which syllable of the level before each follows
    sounds: Half  # which of the book's sounds each is
    drop_costs: Costs  # shape (syllables, 1)
    ended: Half  # syllables that end a phrase
    rows: Half  # that phrase's row


@dataclass(frozen=True, kw_only=True, eq=False)
class PhraseBook:
    """The phrases of a pack as one tree of syllables; phrases that sound the same are one row."""

    rows: dict[Phrase, int]
    sounds: Half  # each different sound of its syllables once, shape (sounds, 4)
    levels: tuple[Level, ...]

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> PhraseBook:
        """A book of each phrase once."""
        ways = {phrase: tuple(phrase.ways) for phrase in phrases}
        row_of = {way: row for row, way in enumerate(dict.fromkeys(ways.values()))}
        return cls._laid_out({phrase: row_of[way] for phrase, way in ways.items()}, row_of)

    @classmethod
    def backwards(cls, phrase: Phrase) -> PhraseBook:
        """A book of one phrase, from its end."""
        return cls._laid_out({phrase: 0}, {phrase.ways[::-1]: 0})

    @classmethod
    def _laid_out(cls, rows: dict[Phrase, int], row_of: dict[tuple[Way, ...], int]) -> PhraseBook:
        sounds = dict.fromkeys(way.sound for ways in row_of for way in ways)
        number_of = {sound: number for number, sound in enumerate(sounds)}
        return cls(
            rows=rows,
            sounds=np.array(list(sounds), dtype=np.int16).reshape(-1, 4),
            levels=tuple(_levels(row_of, number_of)),
        )

    @property
    def row_count(self) -> int:
        """How many different sounds its phrases have."""
        return max(self.rows.values(), default=-1) + 1


def _levels(row_of: dict[tuple[Way, ...], int], number_of: dict[Sound, int]) -> Iterator[Level]:
    """Level by level: beginnings of one syllable, of two, ..."""
    places: dict[tuple[Way, ...], int] = {(): 0}
    for length in range(1, max(map(len, row_of), default=0) + 1):
        beginnings = tuple(dict.fromkeys(ways[:length] for ways in row_of if len(ways) >= length))
        ended = [(at, row_of[ways]) for at, ways in enumerate(beginnings) if ways in row_of]
        yield Level(
            parents=np.array([places[ways[:-1]] for ways in beginnings], dtype=np.int32),
            sounds=np.array([number_of[ways[-1].sound] for ways in beginnings], dtype=np.int32),
            drop_costs=np.array([ways[-1].drop_cost for ways in beginnings])[:, None],
            ended=np.array([at for at, _ in ended], dtype=np.int32),
            rows=np.array([row for _, row in ended], dtype=np.int32),
        )
        places = {ways: at for at, ways in enumerate(beginnings)}


def costs_by_place(
    book: PhraseBook, initials: Half, finals: Half, extra_costs: Costs, *, anchored: bool = False
) -> Costs:
    """Shape (rows, places): what each phrase's best match costs that ends at each place.

    The match may begin anywhere, or, when anchored, only at the first place. A syllable too many costs its
    `extra_costs`; the running minimum of (cost - price so far) carries that along the row in one step.
    """
    price = np.concatenate(([0.0], np.cumsum(extra_costs)))
    swaps = _swaps(book.sounds, initials, finals)
    done = np.empty((book.row_count, len(initials)))
    before = (price if anchored else np.zeros_like(price))[None, :]
    for level in book.levels:
        begun = before.take(level.parents, axis=0)
        swap = swaps.take(level.sounds, axis=0)
        swap += begun[:, :-1]
        begun += level.drop_costs
        np.minimum(begun[:, 1:], swap, out=begun[:, 1:])
        begun -= price
        before = np.minimum.accumulate(begun, axis=1, out=begun)
        before += price
        done[level.rows] = before[level.ended, 1:]
    return done


def _swaps(sounds: Half, initials: Half, finals: Half) -> Costs:
    """What each sound of a book costs at each place; shape (sounds, places)."""
    by_reading = (
        INITIAL_COSTS[reading[:, :1], initials] + FINAL_COSTS[reading[:, 1:], finals]
        for reading in (sounds[:, :2], sounds[:, 2:])
    )
    costs: Costs = np.minimum(*by_reading)
    costs[:, initials < 0] = WALL_COST
    return costs


class Listener:
    """One speaker's words, listened to for all phrases of a book at once."""

    def __init__(self, book: PhraseBook, heard: Heard) -> None:
        self.book = book
        self.heard = heard
        self._costs = costs_by_place(book, heard.initials, heard.finals, heard.extra_costs)

    def best(self, phrases: Sequence[Phrase], within: Span) -> Hit | None:
        """The most alike place of any of the phrases; None where nothing within is alike at all."""
        first, past = self.heard.places_within(within)
        if first == past or not phrases:
            return None
        costs = self._costs[self._rows(phrases), first:past]
        lengths = np.array([len(phrase) for phrase in phrases])
        which, at = np.unravel_index((costs / lengths[:, None]).argmin(), costs.shape)
        if costs[which, at] >= lengths[which] - EXACT:
            return None
        return self._hit(phrases[int(which)], first + int(at), first)

    def worth_a_look(self, phrases: Sequence[Phrase], within: Span, *, least: float) -> list[Phrase]:
        """Those of the phrases that are at least so alike somewhere within the span."""
        first, past = self.heard.places_within(within)
        if first == past or not phrases:
            return []
        cheapest = self._costs[self._rows(phrases), first:past].min(axis=1)
        return [
            phrase
            for phrase, cost in zip(phrases, cheapest, strict=True)
            if cost <= (1.0 - least) * len(phrase) + EXACT
        ]

    def _rows(self, phrases: Sequence[Phrase]) -> list[int]:
        return [self.book.rows[phrase] for phrase in phrases]

    def hits(self, phrase: Phrase, within: Span, *, least: float) -> list[Hit]:
        """All fits within the span that are at least so alike and do not overlap, in time order."""
        first, past = self.heard.places_within(within)
        costs = self._costs[self.book.rows[phrase], first:past]
        most = (1.0 - least) * len(phrase) + EXACT
        if not costs.size or costs.min() > most:
            return []
        return self._apart(phrase, first, costs, most)

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
        heard = self.heard
        first = max(earliest, self._first_place(phrase, last))
        cost = float(self._costs[self.book.rows[phrase], last])
        return Hit(
            phrase=phrase,
            first=first,
            last=last,
            start_s=float(np.nanmin(heard.starts_s[first : last + 1])),
            end_s=float(np.nanmax(heard.ends_s[first : last + 1])),
            text=heard.text(first, last),
            likeness=min(1.0, max(0.0, 1.0 - cost / len(phrase))),
        )

    def _first_place(self, phrase: Phrase, last: int) -> int:
        """Where the match that ends at `last` begins: the same search backwards, anchored at its end."""
        stretch = int(len(phrase) * LONGEST_STRETCH) + 2
        window = slice(max(0, last + 1 - stretch), last + 1)
        heard = self.heard
        costs = costs_by_place(
            _backwards(phrase),
            heard.initials[window][::-1],
            heard.finals[window][::-1],
            heard.extra_costs[window][::-1],
            anchored=True,
        )
        return last - int(costs[0].argmin())


@lru_cache(maxsize=4096)
def _backwards(phrase: Phrase) -> PhraseBook:
    return PhraseBook.backwards(phrase)
