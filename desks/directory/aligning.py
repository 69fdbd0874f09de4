"""How well a word fits texts: the least cost of turning it into a stretch of each, for many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import sounds
from desks.directory.compiling import readings_of, units_of
from desks.directory.lexicon import Lexicon
from desks.directory.typed import BEYOND_END, Unit, Way, unit_costs

Costs = NDArray[np.float32]

SKIPPED: Final = np.float32(0.5)  # a unit of the text that the word leaves out
TOO_MUCH: Final = np.float32(1.0)  # a unit of the word that is not in the text
SWAPPED: Final = np.float32(0.5)  # two units the other way round
LONGEST: Final = 40  # units of a text that are looked at
EXACT: Final = 1e-4  # what rounding may add


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Of each text, what a word costs there."""

    cost: Costs
    begins: NDArray[np.bool_]  # the text begins with the word, exactly
    is_whole: NDArray[np.bool_]  # and has nothing more

    @classmethod
    def none(cls, count: int) -> Fit:
        """Nothing fits."""
        no = np.zeros(count, dtype=np.bool_)
        return cls(cost=np.full(count, BEYOND_END, dtype=np.float32), begins=no, is_whole=no)

    def or_better(self, other: Fit) -> Fit:
        """The better of both for each text."""
        return Fit(
            cost=np.minimum(self.cost, other.cost),
            begins=self.begins | other.begins,
            is_whole=self.is_whole | other.is_whole,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """Texts side by side: a row each, filled up beyond its end."""

    signs: NDArray[np.uint16]
    readings: NDArray[np.intp]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, lexicon: Lexicon, texts: NDArray[Any]) -> Page:
        """Of texts of a lexicon."""
        lengths = np.minimum(lexicon.lengths(texts), LONGEST)
        width = int(lengths.max(initial=1))
        places = lexicon.text_units[texts].astype(np.int64)[:, None] + np.arange(width)
        beyond = np.arange(width) >= lengths[:, None]
        places[beyond] = 0
        readings = lexicon.readings[places].astype(np.intp) if len(lexicon.readings) else places
        readings[beyond] = len(sounds.syllables())
        signs = lexicon.signs[places] if len(lexicon.signs) else places.astype(np.uint16)
        signs[beyond] = 0
        return cls(signs=signs, readings=readings, lengths=lengths)

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> Page:
        """Of texts that are in no lexicon."""
        signs, counts = units_of(texts)
        starts = np.cumsum(counts) - counts
        readings = readings_of(signs, starts[counts > 0])
        lengths = np.minimum(counts, LONGEST)
        width = int(lengths.max(initial=1))
        within = np.arange(width) < lengths[:, None]
        places = (starts[:, None] + np.arange(width))[within]
        page = cls(
            signs=np.zeros((len(texts), width), dtype=np.uint16),
            readings=np.full((len(texts), width), len(sounds.syllables()), dtype=np.intp),
            lengths=lengths.astype(np.int32),
        )
        page.signs[within], page.readings[within] = signs[places], readings[places]
        return page

    def row(self, at: int) -> Page:
        """One of the texts."""
        one = slice(at, at + 1)
        return Page(signs=self.signs[one], readings=self.readings[one], lengths=self.lengths[one])

    def exactly(self, way: Way) -> NDArray[np.bool_]:
        """Of the first text, at which units the word stands as it is."""
        starts: NDArray[np.bool_] = _exact([_unit(self, unit) for unit in way])[0]
        return starts


def fit(page: Page, ways: tuple[Way, ...], *, alike: bool) -> Fit:
    """The best of all ways of reading a word; unless `alike`, what is not quite so costs BEYOND_END."""
    best = Fit.none(len(page.lengths))
    for way in ways:
        best = best.or_better(_fit(page, way, alike=alike))
    return best


def _fit(page: Page, way: Way, *, alike: bool) -> Fit:
    each = [_unit(page, unit) for unit in way]
    exact = _exact(each)
    begins = exact[:, 0]
    cost = _least(each) if alike else np.where(exact.any(axis=1), 0.0, BEYOND_END).astype(np.float32)
    return Fit(cost=cost, begins=begins, is_whole=begins & (page.lengths == len(way)))


def _exact(each: list[Costs]) -> NDArray[np.bool_]:
    """Of each row, at which units an exact stretch begins."""
    rows, width = each[0].shape
    places = width - len(each) + 1
    if places < 1:
        return np.zeros((rows, 1), dtype=np.bool_)
    found = np.ones((rows, places), dtype=np.bool_)
    for at, costs in enumerate(each):
        found &= costs[:, at : at + places] <= EXACT
    return found


def _unit(page: Page, unit: Unit) -> Costs:
    costs = unit_costs(unit)[page.readings]
    if unit.sign:
        costs[page.signs == unit.sign] = 0.0
    return costs


def _least(each: list[Costs]) -> Costs:
    """Edit distance to the best stretch of each row (Sellers), with swaps of neighbours."""
    rows, width = each[0].shape
    steps = SKIPPED * np.arange(width + 1, dtype=np.float32)
    before = np.zeros((rows, width + 1), dtype=np.float32)
    before_that = before
    for at, costs in enumerate(each):
        now = np.empty_like(before)
        now[:, 0] = before[:, 0] + TOO_MUCH
        np.add(before[:, :-1], costs, out=now[:, 1:])
        np.minimum(now[:, 1:], before[:, 1:] + TOO_MUCH, out=now[:, 1:])
        if at and width > 1:
            swapped = before_that[:, :-2] + each[at - 1][:, 1:] + costs[:, :-1] + SWAPPED
            np.minimum(now[:, 2:], swapped, out=now[:, 2:])
        now -= steps
        np.minimum.accumulate(now, axis=1, out=now)
        now += steps
        before_that, before = before, now
    least: Costs = before.min(axis=1)
    return least
