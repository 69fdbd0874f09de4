"""Searching one segment: what fits exactly is looked for first, tier by tier, and mistakes only after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import lookups
from desks.directory.judging import Judged, Sought, Tier, judge, seek
from desks.directory.lexicon import Items
from desks.directory.segments import Segment, traits_in
from desks.directory.sources import AllOf, AnyOf, Either, Source, ascending, windows
from desks.directory.telephone import MOST_DIGITS, key_range
from desks.directory.typed import APART, word, words_of

MOST_BEGINNING: Final = 200_000  # texts that begin with a word
MOST_ALONE: Final = 4000  # the same where there is no other word
FIRST_PORTION, LAST_PORTION = 128, 4096  # items that are judged at once
MOST_JUDGED: Final = 12_000  # for one tier
SHORTEST_PART, MOST_APART = 2, 3  # characters of a word that is taken apart; ways of doing so
LEAST_DIGITS: Final = 3  # of a number that is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An item that fits; those that are less are better."""

    tier: Tier
    rank: float
    item: int

    @property
    def order(self) -> tuple[int, float, int]:
        """Sorts the best first."""
        return self.tier, self.rank, self.item


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is wanted of a segment."""

    limit: int
    hidden: NDArray[np.bool_] | None  # items that are not to be found; None: all are
    at: int | None  # seconds since 1970: only what is valid then; None: all

    def of(self, segment: Segment, items: Items) -> Items:
        """Of items those that are wanted."""
        if self.hidden is not None:
            items = items[~self.hidden[items]]
        if self.at is not None:
            items = items[(segment.valid_from[items] <= self.at) & (self.at < segment.valid_until[items])]
        return items


class Hunt:
    """One query in one segment."""

    def __init__(self, segment: Segment, wanted: Wanted) -> None:
        self.segment, self.wanted = segment, wanted
        self.found: dict[int, Found] = {}
        self._by_name: dict[Sought, Source] = {}

    def best(self) -> list[Found]:
        """What was found, the best first."""
        return sorted(self.found.values(), key=lambda each: each.order)[: self.wanted.limit]

    def has_enough(self, tier: Tier) -> bool:
        """Whether there is as much as is wanted that is no worse."""
        return sum(each.tier <= tier for each in self.found.values()) >= self.wanted.limit

    def exactly(self, words: Sequence[str], at_best: Tier) -> None:
        """Look for entries that have all words as they are; how well they fit is at best so."""
        sought = [seek(self.segment, word(typed), alike=False) for typed in words]
        for tier in (Tier.WHOLE, Tier.BEGINNING, Tier.WORDS, Tier.PLACE):
            for source in self._sources(tier, sought):
                self._take(source, sought, tier, at_best)
            if self.has_enough(max(tier, at_best)):
                return

    def alike(self, words: Sequence[str]) -> None:
        """Look for entries that have the words with mistakes."""
        segment = self.segment
        sought = [seek(segment, word(typed), alike=True) for typed in words]
        lists: list[lookups.Weighted] = []
        for each in sought:
            lists += lookups.clues(segment.names, each.word)
            for trait in each.traits[np.argsort(each.trait_costs, kind="stable")][:50].tolist():
                items = segment.having(trait)
                lists.append((lookups.weight_of(len(items), segment.count), items))
        items = self.wanted.of(segment, lookups.promising(lists, segment.count))
        self._add(judge(segment, items, sought, alike=True))

    def numbers(self, digits: str) -> None:
        """Look for entries with a number that is so, begins so or ends so."""
        if not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
            return
        segment = self.segment
        low, past = key_range(digits)
        for tier, end in ((Tier.WHOLE, low + 1), (Tier.BEGINNING, past)):
            self._add_all(_between(segment.number_keys, segment.number_items, low, end), tier)
        low, past = key_range(digits[::-1])
        self._add_all(_between(segment.tail_keys, segment.tail_items, low, past), Tier.WORDS)

    def _sources(self, tier: Tier, sought: Sequence[Sought]) -> Iterator[Source]:
        if tier is Tier.PLACE:
            yield AllOf([self._placed(each) for each in sought])
            return
        for each in sought:
            others = [
                Either([self._named(other), self._placed(other)]) for other in sought if other is not each
            ]
            yield AllOf([self._in_tier(tier, each, alone=not others), *others])

    def _in_tier(self, tier: Tier, each: Sought, *, alone: bool) -> Source:
        names = self.segment.names
        if tier is Tier.WORDS:
            return self._named(each)
        texts = (lookups.whole if tier is Tier.WHOLE else lookups.beginning)(names, each.word)
        return AnyOf([lookups.items_of(names, texts, MOST_ALONE if alone else MOST_BEGINNING)])

    def _named(self, each: Sought) -> Source:
        if each not in self._by_name:
            self._by_name[each] = lookups.having(self.segment.names, each.word)
        return self._by_name[each]

    def _placed(self, each: Sought) -> Source:
        return AnyOf.joined([self.segment.having(trait) for trait in each.exact.tolist()])

    def _take(self, source: Source, sought: Sequence[Sought], tier: Tier, at_best: Tier) -> None:
        """Judge what comes of a source until there is enough."""
        judged, portion = 0, FIRST_PORTION
        for window in windows(source, self.segment.count):
            items = self.wanted.of(self.segment, window)
            while len(items) and judged < MOST_JUDGED:
                self._add(judge(self.segment, items[:portion], sought, alike=False), at_best)
                if self.has_enough(max(tier, at_best)):
                    return
                judged += portion
                items, portion = items[portion:], min(portion * 4, LAST_PORTION)
            if judged >= MOST_JUDGED:
                return

    def _add_all(self, items: Items, tier: Tier) -> None:
        items = self.wanted.of(self.segment, ascending(items))[: self.wanted.limit]
        count = len(items)
        self._add(
            Judged(
                items=items,
                tiers=np.full(count, tier, dtype=np.int8),
                ranks=np.zeros(count, dtype=np.float32),
            )
        )

    def _add(self, judged: Judged, at_best: Tier = Tier.WHOLE) -> None:
        for item, tier, rank in zip(
            judged.items.tolist(), judged.tiers.tolist(), judged.ranks.tolist(), strict=True
        ):
            found, before = Found(tier=max(Tier(tier), at_best), rank=rank, item=item), self.found.get(item)
            if before is None or found.order < before.order:
                self.found[item] = found


def _between(keys: NDArray[np.uint64], items: Items, low: int, past: int) -> Items:
    first, last = np.searchsorted(keys, np.array((low, past), dtype=np.uint64))
    return items[first:last]


def find(segment: Segment, query: str, wanted: Wanted) -> list[Found]:
    """Entries that fit a query, the best first."""
    words, hunt = words_of(query), Hunt(segment, wanted)
    if not words or not segment.count:
        return []
    digits = "".join(words)
    if digits.isdecimal():
        hunt.numbers(digits)
    for number, reading in enumerate(_readings(segment, words)):
        if hunt.has_enough(Tier.PLACE):
            break
        hunt.exactly(reading, at_best=Tier.WORDS if number else Tier.WHOLE)
    if not hunt.has_enough(Tier.PLACE):
        hunt.alike(words)
    return hunt.best()


def _readings(segment: Segment, words: list[str]) -> Iterator[list[str]]:
    """Pinyin in one, the words as they were typed, figures apart, and traits that words are joined to."""
    if len(words) > 1 and all(typed.isascii() and not typed.isdigit() for typed in words):
        yield [APART.join(words)]
    yield words
    apart = [part for typed in words for part in traits_in(typed)]
    if apart != words:
        yield apart
    for at, typed in enumerate(words):
        for first, second in _apart(segment, typed):
            yield [*words[:at], first, second, *words[at + 1 :]]


def _apart(segment: Segment, typed: str) -> list[tuple[str, str]]:
    """Two parts of characters, one of which is a trait; those with the longest trait first."""
    if typed.isascii() or len(typed) < 2 * SHORTEST_PART:
        return []
    found = []
    for at in range(SHORTEST_PART, len(typed) - SHORTEST_PART + 1):
        parts = typed[:at], typed[at:]
        lengths = [len(part) for part in parts if len(lookups.whole(segment.traits, word(part)))]
        if lengths:
            found.append((max(lengths), parts))
    return [parts for _, parts in sorted(found, reverse=True)[:MOST_APART]]
