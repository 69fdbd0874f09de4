"""Adds up what a period needs: the sums of days that are over, and the rows of all others.

Whatever was asked for, the answer is what the rows would give (`tests/ledger/test_statistics.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.blind_reviews import blind_calls
from ledger.records import User
from ledger.states import UserRole
from ledger.statistics.cells import (
    CALLS_KIND,
    RULES_KIND,
    WAITS_KIND,
    Demands,
    Key,
    Kind,
    cells_of,
    fold,
)
from ledger.statistics.days import ONE_DAY, LocalDay, Period
from ledger.statistics.tally import EMPTY, RuleTally, Tally
from ledger.tables import SummedDayRow
from ledger.tables.statistics import Grain


class Dim(StrEnum):
    """By what is counted."""

    DAY = "day"
    HOUR = "hour"
    DESK = "desk"
    TEAM = "team"
    OPERATOR = "operator"
    RULE = "rule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which calls are counted, and for whom. An empty text asks for nothing."""

    period: Period
    desk: str = ""
    team: str = ""
    operator: str = ""
    viewer: User | None = None  # None: nobody, a command or a test; sees all

    @property
    def is_of_people(self) -> bool:
        """Whether only calls that came to some operators are counted: callers who gave up are nobody's."""
        return bool(self.team or self.operator or (self.viewer and self.viewer.teams))


def tallies(session: Session, wanted: Selection, *dims: Dim) -> dict[Key, Tally]:
    """Calls and waits by these; without any all together, under the key ()."""
    found: dict[Key, Tally] = {}
    ground = _ground_of(session, wanted)
    for kind in (CALLS_KIND, WAITS_KIND):
        for key, sums, sign in _counted(session, wanted, dims, kind, ground):
            one = Tally(sums=sums)
            found[key] = found.get(key, EMPTY) + one if sign > 0 else found.get(key, EMPTY) - one
    return {key: tally for key, tally in found.items() if not tally.is_empty or not key}


def total(session: Session, wanted: Selection) -> Tally:
    """All together."""
    return tallies(session, wanted).get((), EMPTY)


def rule_tallies(session: Session, wanted: Selection, *dims: Dim) -> dict[Key, RuleTally]:
    """What was found, by these."""
    none = RuleTally()
    found: dict[Key, RuleTally] = {}
    for key, sums, sign in _counted(session, wanted, dims, RULES_KIND, _ground_of(session, wanted)):
        one, before = RuleTally(**sums), found.get(key, none)
        found[key] = before + one if sign > 0 else before - one
    return {key: tally for key, tally in found.items() if tally != none}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ground:
    """What is counted of: the same whatever is counted."""

    summed: Sequence[LocalDay]  # days whose sums are kept
    others: Sequence[LocalDay]
    blind: tuple[str, ...]  # calls that the viewer judges blind


def _ground_of(session: Session, wanted: Selection) -> _Ground:
    summed, others = _days_of(session, wanted.period)
    blind = tuple(session.scalars(blind_calls(wanted.viewer.id))) if wanted.viewer else ()
    return _Ground(summed=summed, others=others, blind=blind)


def _counted(
    session: Session, wanted: Selection, dims: Sequence[Dim], kind: Kind, ground: _Ground
) -> Iterator[tuple[Key, Mapping[str, int], int]]:
    """Sums by key; the sign says whether they are to be added or taken away: what the viewer judges blind."""
    summed, blind = ground.summed, ground.blind
    demands = _demands(wanted, kind)
    if summed:
        for key, sums in _kept(session, kind, summed, dims, demands):
            yield key, sums, 1
    if summed and blind:
        for key, sums in fold(cells_of(session, kind, summed, only_in=blind), dims, demands):
            yield key, sums, -1
    for key, sums in fold(cells_of(session, kind, ground.others, not_in=blind), dims, demands):
        yield key, sums, 1


def _kept(
    session: Session, kind: Kind, summed: Sequence[LocalDay], dims: Sequence[Dim], demands: Demands
) -> Iterator[tuple[Key, dict[str, int]]]:
    """Sums of days of which they are kept."""
    table, days = kind.kept, [one.day for one in summed]
    first, last, known = days[0], days[-1], set(days)
    every = (first + number * ONE_DAY for number in range((last - first).days))
    holes = [day for day in every if day not in known]
    conditions: list[ColumnElement[bool]] = [
        table.c.day.between(first, last),
        *(table.c[name].in_(allowed) for name, allowed in demands),
    ]
    conditions += [table.c.day.not_in(holes)] if holes else []
    if "grain" in table.c:
        conditions.append(table.c.grain == _grain(dims, demands))
    keys = [table.c[dim] for dim in dims]
    sums = [func.sum(table.c[measure]) for measure in kind.measures]
    query = select(*keys, *sums).where(*conditions)
    for row in session.execute(query.group_by(*keys) if keys else query):
        counts = zip(kind.measures, row[len(dims) :], strict=True)
        yield tuple(row[: len(dims)]), {name: int(count) for name, count in counts if count}


def _grain(dims: Sequence[Dim], demands: Demands) -> Grain:
    """The coarsest rows that tell what is asked."""
    by_operator = Dim.OPERATOR in dims or any(name == Dim.OPERATOR for name, _ in demands)
    if Dim.HOUR not in dims:
        return Grain.DAY
    return Grain.FULL if by_operator else Grain.HOUR


def _days_of(session: Session, period: Period) -> tuple[list[LocalDay], list[LocalDay]]:
    """Days whose sums are kept, and the others."""
    query = select(SummedDayRow.day).where(
        SummedDayRow.day.between(period.first, period.last),
        SummedDayRow.summed_at.is_not(None),
        SummedDayRow.zone == str(period.zone),
    )
    known = set(session.scalars(query))
    every = [LocalDay(day=day, zone=period.zone) for day in period.days()]
    return [one for one in every if one.day in known], [one for one in every if one.day not in known]


def _demands(wanted: Selection, kind: Kind) -> Demands:
    """What was asked for, and what the viewer may see (`ledger.scopes.visible_calls`, of a day's sums).

    Auditors see all figures of their desks and teams, though no call.
    """
    asked = [(str(dim), getattr(wanted, dim)) for dim in (Dim.DESK, Dim.TEAM, Dim.OPERATOR)]
    demands: list[tuple[str, tuple[str, ...]]] = [(name, (value,)) for name, value in asked if value]
    viewer = wanted.viewer
    if viewer is not None and viewer.role in {UserRole.SUPERVISOR, UserRole.OPERATOR}:
        return [("desk", ())]
    if viewer is not None and viewer.desks:
        column = "call_desk" if "call_desk" in kind.kept.c else "desk"
        demands.append((column, tuple(sorted(viewer.desks))))
    if viewer is not None and viewer.teams:
        demands.append(("team", tuple(sorted(viewer.teams))))
    return demands
