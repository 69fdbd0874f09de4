"""What a figure is: its name, its definition, and how it is read off counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from desks.figures.words import Words

Read = Callable[[Mapping[str, int]], float | None]


class Unit(StrEnum):
    """What a value is measured in."""

    COUNT = "count"
    MINUTES = "minutes"
    SHARE = "share"  # 0 to 1, a change may be less than 0
    YUAN = "yuan"
    PER_THOUSAND = "per_thousand"  # lines and a month


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure; `read` takes counts of `desks.figures.measures`, 0 where a measure is missing."""

    id: str
    name: Words
    meaning: Words  # numerator, denominator, which moment counts, what is left out
    unit: Unit
    read: Read
    behind: str = ""  # the measure whose rows stand behind it; a mean or a share has those that it is of
    is_good_high: bool | None = None  # None: neither


def counted(measure: str) -> Read:
    """The count itself."""
    return lambda counts: counts.get(measure, 0)


def ratio(part: str, whole: str, *, scale: float = 1.0) -> Read:
    """A part of a whole; None where there is no whole."""
    return ratio_of((part,), (whole,), scale=scale)


def ratio_of(parts: tuple[str, ...], wholes: tuple[str, ...], *, scale: float = 1.0) -> Read:
    """Parts of wholes, each added up; None where there is no whole."""

    def read(counts: Mapping[str, int]) -> float | None:
        whole = sum(counts.get(name, 0) for name in wholes)
        return scale * sum(counts.get(name, 0) for name in parts) / whole if whole else None

    return read
