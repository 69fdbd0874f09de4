"""Kappa: how far two raters agree beyond what chance would give them.

Cohen 1960, Educational and Psychological Measurement 20:37-46; weighted: Cohen 1968, Psychological Bulletin
70:213-220; its standard error: Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72:323-327; for more than
two raters: Conger 1980, Psychological Bulletin 88:322-328.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial

import numpy as np

from qa_scoring.agreement.bootstrap import Coefficient, bootstrap, divide
from qa_scoring.agreement.estimates import NOTHING, Estimate, Interval, Method, Why, no_estimate
from qa_scoring.agreement.ratings import Numbers, Ratings, Value, raters_of, shared_by_two, values_of
from qa_scoring.wilson import Z_95

SMALL = 50  # units: below it the large-sample formula is not relied on

Pair = tuple[Value, Value]


class Weighting(StrEnum):
    """What near misses on a scale are worth."""

    NOMINAL = "nominal"  # nothing
    LINEAR = "linear"  # 1 less the distance, the whole scale being 1
    QUADRATIC = "quadratic"  # 1 less its square: then it is the intraclass correlation (Fleiss & Cohen 1973)


def cohens_kappa(units: Sequence[Sequence[Pair[Value]]], seed: int) -> Estimate:
    """Cohen's kappa of pairs (first rater, second rater), for each unit those that belong together.

    From 50 units with one pair each on, the interval is that of the large-sample formula, else the bootstrap
    over units. Undefined where both raters used one and the same category throughout.
    """
    categories = values_of([{"a": a, "b": b} for unit in units for a, b in unit])
    return _kappa_of(units, categories, Weighting.NOMINAL, seed)


def weighted_kappa(
    pairs: Sequence[Pair[int]], scale: Sequence[int], weighting: Weighting, seed: int
) -> Estimate:
    """Kappa of marks on a scale, all of whose steps are given, those too that nobody used."""
    return _kappa_of([[pair] for pair in pairs], list(scale), weighting, seed)


def congers_kappa(ratings: Ratings[Value], seed: int) -> Estimate:
    """Conger's kappa of any number of raters, of whom not all need have judged each unit.

    Observed agreement is the share of agreeing pairs; chance agreement that of each pair of raters, by what
    each of them said of everything, weighted by how often they met. Of two raters it is Cohen's.
    """
    units, categories, raters = shared_by_two(ratings), values_of(ratings), raters_of(ratings)
    if len(raters) == 2:
        first, second = raters
        return cohens_kappa([[(unit[first], unit[second])] for unit in units], seed)
    if not units:
        return no_estimate(0, Why.NOTHING_SHARED)
    per_unit = np.stack([_meetings(unit, categories, raters) for unit in units])
    coefficient = partial(_conger, raters=len(raters))
    return _estimate(per_unit, coefficient, seed)


def _kappa_of(
    units: Sequence[Sequence[Pair[Value]]], categories: list[Value], weighting: Weighting, seed: int
) -> Estimate:
    units = [unit for unit in units if unit]
    if not units:
        return no_estimate(0, Why.NOTHING_SHARED)
    tables = np.stack([_table(unit, categories) for unit in units])
    weights = _weights(len(categories), weighting)
    if len(units) < SMALL or any(len(unit) > 1 for unit in units):
        return _estimate(tables, lambda sums: _kappa(sums, weights), seed)
    return _large_sample(tables.sum(axis=0), weights)


def _estimate(per_unit: Numbers, coefficient: Coefficient, seed: int) -> Estimate:
    value = float(coefficient(per_unit.sum(axis=0)[np.newaxis])[0])
    if math.isnan(value):
        return no_estimate(len(per_unit), Why.ONE_CATEGORY)
    found = bootstrap(per_unit, coefficient, seed)
    interval, why = (None, found) if isinstance(found, Why) else (found, None)
    return Estimate(value=value, n=len(per_unit), interval=interval, why=why)


def _table(pairs: Sequence[Pair[Value]], categories: list[Value]) -> Numbers:
    """Counts, (categories of the first rater, of the second)."""
    places = {category: place for place, category in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    for first, second in pairs:
        table[places[first], places[second]] += 1
    return table


def _weights(steps: int, weighting: Weighting) -> Numbers:
    """What each pair of categories is worth, 0 to 1."""
    if weighting is Weighting.NOMINAL or steps < 2:
        return np.eye(steps)
    places = np.arange(steps) / (steps - 1)
    distance = np.abs(places[:, np.newaxis] - places)
    return np.asarray(1 - (distance if weighting is Weighting.LINEAR else distance**2))


def _kappa(tables: Numbers, weights: Numbers) -> Numbers:
    """Kappa of each of many tables, (draws, categories, categories)."""
    shares = tables / tables.sum(axis=(-2, -1), keepdims=True)
    observed = (shares * weights).sum(axis=(-2, -1))
    chance = np.einsum("di,dj,ij->d", shares.sum(axis=-1), shares.sum(axis=-2), weights)
    return divide(observed - chance, 1 - chance)


def _large_sample(table: Numbers, weights: Numbers) -> Estimate:
    n = int(table.sum())
    value = float(_kappa(table[np.newaxis], weights)[0])
    if math.isnan(value):
        return no_estimate(n, Why.ONE_CATEGORY)
    error = standard_error(table, weights)
    if error < NOTHING:
        return Estimate(value=value, n=n, why=Why.NO_SPREAD)
    low, high = max(-1.0, value - Z_95 * error), min(1.0, value + Z_95 * error)
    return Estimate(value=value, n=n, interval=Interval(low=low, high=high, method=Method.LARGE_SAMPLE))


def standard_error(table: Numbers, weights: Numbers) -> float:
    """Of kappa, where it need not be 0 (Fleiss, Cohen & Everitt 1969, formula 13)."""
    n = table.sum()
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, chance = float((shares * weights).sum()), float(rows @ weights @ columns)
    expected = (weights @ columns)[:, np.newaxis] + (rows @ weights)[np.newaxis, :]
    inner = shares * (weights * (1 - chance) - expected * (1 - observed)) ** 2
    variance = inner.sum() - (observed * chance - 2 * chance + observed) ** 2
    return math.sqrt(max(0.0, float(variance)) / float(n)) / (1 - chance) ** 2


def _meetings(unit: Mapping[str, Value], categories: list[Value], raters: list[str]) -> Numbers:
    """What a unit adds: how many pairs agree, who met whom, what each rater said; in one row."""
    places = {category: place for place, category in enumerate(categories)}
    here = [rater for rater in raters if rater in unit]
    pairs = [(a, b) for at, a in enumerate(here) for b in here[at + 1 :]]
    met = np.zeros((len(raters), len(raters)))
    said = np.zeros((len(raters), len(categories)))
    for a, b in pairs:
        met[raters.index(a), raters.index(b)] += 1
    for rater in here:
        said[raters.index(rater), places[unit[rater]]] += 1
    agreeing = sum(unit[a] == unit[b] for a, b in pairs)
    return np.concatenate([[agreeing], met.ravel(), said.ravel()])


def _conger(sums: Numbers, raters: int) -> Numbers:
    """Kappa of each of many sums of `_meetings`, (draws, ...)."""
    draws = len(sums)
    met = sums[:, 1 : 1 + raters * raters].reshape(draws, raters, raters)
    said = sums[:, 1 + raters * raters :].reshape(draws, raters, -1)
    of_each = said / np.maximum(said.sum(axis=-1, keepdims=True), 1)
    pairs = met.sum(axis=(-2, -1))
    chance = (met * np.einsum("dik,djk->dij", of_each, of_each)).sum(axis=(-2, -1)) / pairs
    return divide(sums[:, 0] / pairs - chance, 1 - chance)
