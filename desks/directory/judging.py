"""Entries beside a query: what each word costs there, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import lookups
from desks.directory.aligning import EXACT, Costs, Page, fit
from desks.directory.lexicon import Items
from desks.directory.ragged import Marks, Ragged
from desks.directory.segments import Segment
from desks.directory.sources import ascending, windows
from desks.directory.typed import BEYOND_END, Way, Word

MOST_TRAITS: Final = 400  # that a word may mean; those that most entries have
LENGTH_COST: Final = 0.03  # of each unit that a text has beyond the word, where others fit as well
MISTAKES: Final = (0.0, 0.3, 0.55, 0.85, 1.05, 1.25, 1.5, 2.1)  # that a word of so many units may have
STEP: Final = 0.1  # entries that differ by less are ordered by how often they are asked for


class Tier(IntEnum):
    """How an entry fits, the best first."""

    WHOLE = 0  # a word is a name or an alias, and the others fit too
    BEGINNING = 1  # a name begins with a word
    WORDS = 2  # every word is there, one of them at least in a name
    PLACE = 3  # every word is there, in the address, the kind, the labels
    ALIKE = 4  # with mistakes


@dataclass(frozen=True, kw_only=True, eq=False)
class Sought:
    """A word, and the traits of a segment that it means."""

    word: Word
    traits: Items
    trait_costs: Costs

    @property
    def exact(self) -> Items:
        """Traits that have the word as it is."""
        return self.traits[self.trait_costs <= EXACT]


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """Items that fit, in no order."""

    items: Items
    tiers: NDArray[np.int8]
    ranks: Costs  # within a tier; the lower the better


@dataclass(frozen=True, kw_only=True, eq=False)
class _WordFit:
    """Of each item, how a word fits it."""

    cost: Costs
    ranked: Costs  # the same, with what the text has beyond the word
    is_named: Marks  # it is in a name as it is
    begins: Marks  # a name
    is_whole: Marks


def seek(segment: Segment, word: Word, *, alike: bool) -> Sought:
    """Which traits a word means; with mistakes only where `alike`."""
    lexicon = segment.traits
    parts = list(windows(lookups.having(lexicon, word), lexicon.count))
    parts.append(lookups.items_of(lexicon, lookups.beginning(lexicon, word), lexicon.count + 1))
    if alike:
        parts.append(lookups.promising(lookups.clues(lexicon, word), lexicon.count))
    traits = ascending(np.concatenate(parts))
    texts = Ragged.of(lexicon.item_texts, traits)
    found = fit(Page.of(lexicon, texts.rows), _ways(word, alike=alike), alike=alike)
    costs = texts.least(found.cost, BEYOND_END)
    fits = costs <= (allowed(word) if alike else EXACT)
    if word.typed.isdigit():
        fits &= texts.any(found.is_whole)
    elif len(word.ways[0]) == 1:
        fits &= texts.any(found.begins)
    return _those_of_most(segment, Sought(word=word, traits=traits[fits], trait_costs=costs[fits]))


def allowed(word: Word) -> float:
    """The most that mistakes in a word may cost, by how many units it has."""
    units = max(len(way) for way in word.ways)
    return MISTAKES[min(units, len(MISTAKES) - 1)]


def judge(segment: Segment, items: Items, sought: Sequence[Sought], *, alike: bool) -> Judged:
    """Of items those that fit, exactly or, where `alike`, with mistakes."""
    texts = Ragged.of(segment.names.item_texts, items)
    page = Page.of(segment.names, texts.rows)
    traits = Ragged.of(segment.item_starts, items)
    of_items = segment.item_traits[traits.rows]
    fits, words = np.ones(len(items), dtype=np.bool_), []
    for each in sought:
        table = np.full(segment.traits.count, BEYOND_END, dtype=np.float32)
        table[each.traits] = each.trait_costs
        placed = traits.least(table[of_items], BEYOND_END)
        words.append(_word_fit(page, texts, each.word, placed, alike=alike))
        fits &= words[-1].cost <= (allowed(each.word) if alike else EXACT)
    tiers, ranks = _tiers(words), np.add.reduce([word.ranked for word in words])
    steps = np.where(tiers == Tier.ALIKE, np.round(ranks / STEP) * STEP, 0.0).astype(np.float32)
    return Judged(items=items[fits], tiers=tiers[fits], ranks=steps[fits])


def _word_fit(page: Page, texts: Ragged, word: Word, placed: Costs, *, alike: bool) -> _WordFit:
    found = fit(page, _ways(word, alike=alike), alike=alike)
    spare = np.abs(page.lengths - len(word.ways[0])) * np.float32(LENGTH_COST)
    named, begins = texts.least(found.cost, BEYOND_END), texts.any(found.begins)
    if len(word.ways[0]) == 1 and not word.ways[0][0].is_whole:  # a letter is looked for at beginnings
        named = np.where(begins, named, np.float32(BEYOND_END))
    return _WordFit(
        cost=np.minimum(named, placed),
        ranked=np.minimum(texts.least(found.cost + spare, BEYOND_END), placed),
        is_named=named <= EXACT,
        begins=begins,
        is_whole=texts.any(found.is_whole),
    )


def _tiers(words: Sequence[_WordFit]) -> NDArray[np.int8]:
    """Of each item by its best word, where all are exact."""
    has_mistakes = np.logical_or.reduce([word.cost > EXACT for word in words])
    whole = np.logical_or.reduce([word.is_whole for word in words])
    begins = np.logical_or.reduce([word.begins for word in words])
    named = np.logical_or.reduce([word.is_named for word in words])
    tiers = [Tier.ALIKE, Tier.WHOLE, Tier.BEGINNING, Tier.WORDS]
    return np.select([has_mistakes, whole, begins, named], tiers, Tier.PLACE).astype(np.int8)


def _those_of_most(segment: Segment, sought: Sought) -> Sought:
    """Of too many traits those that fit best and that most entries have."""
    traits, costs = sought.traits, sought.trait_costs
    if len(traits) <= MOST_TRAITS:
        return sought
    held = segment.trait_starts[traits + 1] - segment.trait_starts[traits]
    most = np.sort(np.lexsort((-held, costs))[:MOST_TRAITS])
    return Sought(word=sought.word, traits=traits[most], trait_costs=costs[most])


def _ways(word: Word, *, alike: bool) -> tuple[Way, ...]:
    return (*word.ways, *word.slips) if alike else word.ways
