"""Plain agreement, and what must be told beside kappa.

At extreme prevalence kappa is low however often raters agree (Feinstein & Cicchetti 1990, Journal of Clinical
Epidemiology 43:543-549). So prevalence and bias stand beside it, and what kappa would be without both (PABAK:
Byrt, Bishop & Carlin 1993, same journal 46:423-429).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from qa_scoring.agreement.estimates import Estimate, Why, no_estimate, share_interval
from qa_scoring.agreement.ratings import Ratings, Value, shared_by_two


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What is told beside a kappa."""

    prevalence: dict[str, float]  # share of each category among all ratings
    prevalence_index: float | None  # |both said it - neither said it| / pairs, of the category asked for
    bias_index: float | None  # (only the first said it - only the second did) / pairs; None: no two roles
    pabak: float | None


def percent_agreement(ratings: Ratings[Value]) -> Estimate:
    """The mean share of agreeing pairs of raters in a unit, with Wilson's interval for as many units."""
    units = shared_by_two(ratings)
    return _agreement([_pairs(unit) for unit in units])


def agreement_of_pairs(units: Sequence[Sequence[tuple[Value, Value]]]) -> Estimate:
    """The same of pairs that belong together, for each unit."""
    return _agreement([list(unit) for unit in units if unit])


def told_beside(pairs: Sequence[tuple[Value, Value]], category: Value, *, ordered: bool) -> Beside:
    """Prevalence, bias and PABAK of pairs; bias only where first and second are two roles (`ordered`)."""
    said = Counter(str(value) for pair in pairs for value in pair)
    if not pairs:
        return Beside(prevalence={}, prevalence_index=None, bias_index=None, pabak=None)
    marks = Counter((first == category, second == category) for first, second in pairs)
    agreed = sum(first == second for first, second in pairs) / len(pairs)
    kinds = max(2, len(said))
    bias = (marks[True, False] - marks[False, True]) / len(pairs)
    return Beside(
        prevalence={name: count / said.total() for name, count in sorted(said.items())},
        prevalence_index=abs(marks[True, True] - marks[False, False]) / len(pairs),
        bias_index=bias if ordered else None,
        pabak=(kinds * agreed - 1) / (kinds - 1),
    )


def all_pairs(ratings: Ratings[Value]) -> list[tuple[Value, Value]]:
    """Each two ratings of a unit, once."""
    return [pair for unit in ratings for pair in _pairs(unit)]


def _pairs(unit: Mapping[str, Value]) -> list[tuple[Value, Value]]:
    return list(combinations((unit[rater] for rater in sorted(unit)), 2))


def _agreement(units: Sequence[Sequence[tuple[Hashable, Hashable]]]) -> Estimate:
    if not units:
        return no_estimate(0, Why.NOTHING_SHARED)
    hits = sum(_share(first == second for first, second in unit) for unit in units)
    return Estimate(value=hits / len(units), n=len(units), interval=share_interval(hits, len(units)))


def _share(truths: Iterable[bool]) -> float:
    told = list(truths)
    return sum(told) / len(told)
