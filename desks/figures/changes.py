"""How a count changes (环比, 同比), and the causes that are most frequent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desks.figures.counting import Counts

TOP = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """From one count to another."""

    difference: int
    ratio: float | None  # of what was before; None: there was none, so no share of it can be told


def change_of(now: int, before: int) -> Change:
    """The difference, and its share of what was before."""
    return Change(difference=now - before, ratio=(now - before) / before if before else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """One line of the causes: how many, and how many before."""

    name: Any  # of the cause or its group; None: no cause is known yet
    tickets: int
    share: float | None  # of all tickets
    since_before: Change
    since_year: Change


def ranking(
    now: Mapping[Any, Counts], before: Mapping[Any, Counts], year_before: Mapping[Any, Counts]
) -> list[Ranked]:
    """All causes of now, those of most tickets first; among equals those that had more before."""
    whole = sum(counts["tickets"] for counts in now.values())
    lines = [
        _ranked(name, _tickets(now, name), whole, _tickets(before, name), _tickets(year_before, name))
        for name in now
    ]
    return sorted(
        lines,
        key=lambda line: (line.name is None, -line.tickets, line.since_before.difference, str(line.name)),
    )


def rest_of(
    lines: list[Ranked], before: Mapping[Any, Counts], year_before: Mapping[Any, Counts]
) -> Ranked | None:
    """What the top six leave, as one line; None where they are all. Causes that now have none are in it."""
    shown = {line.name for line in lines[:TOP]}
    whole = sum(line.tickets for line in lines)
    left = sum(line.tickets for line in lines[TOP:])
    earlier, last_year = (
        sum(counts["tickets"] for name, counts in found.items() if name not in shown)
        for found in (before, year_before)
    )
    if not (left or earlier or last_year):
        return None
    return _ranked("", left, whole, earlier, last_year)


def _ranked(name: Any, now: int, whole: int, before: int, year_before: int) -> Ranked:
    return Ranked(
        name=name,
        tickets=now,
        share=now / whole if whole else None,
        since_before=change_of(now, before),
        since_year=change_of(now, year_before),
    )


def _tickets(found: Mapping[Any, Counts], name: Any) -> int:
    return found[name]["tickets"] if name in found else 0
