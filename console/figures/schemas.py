"""What is asked of the figures, and what a page of them shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from console.errors import BadInput
from console.texts import checked_day, checked_month
from ledger.records import User
from ledger.samples import SampleDraw
from ledger.statistics.appeals import AppealTally
from ledger.statistics.counting import Dim, Selection
from ledger.statistics.days import Period, month_of
from ledger.statistics.tally import RuleTally, Tally, share
from qa_scoring.agreement import Report as Agreement
from qa_scoring.sampling.reporting import Line
from qa_scoring.sampling.reporting import Report as SampleReport

LONGEST_PERIOD = 800  # days: two years and the month before them
LONGEST_NAME = 64  # signs, as the ledger keeps them


class Step(StrEnum):
    """How a period is cut into pieces."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Report(StrEnum):
    """What others tell of the period: long to make, and not in every answer."""

    SAMPLES = "samples"
    ROUNDS = "rounds"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the address asks for."""

    first: date
    last: date
    step: Step = Step.DAY
    group: Dim | None = None  # None: what comes next below the selection
    desk: str = ""
    team: str = ""
    operator: str = ""

    @property
    def grouping(self) -> Dim | None:
        """By whom the table is; None: of one operator there is nothing to group."""
        if self.operator:
            return None
        if self.group is not None:
            return self.group
        if self.team:
            return Dim.OPERATOR
        return Dim.TEAM if self.desk else Dim.DESK

    def query(self, **other: object) -> str:
        """The address's parameters, with something else."""
        asked: dict[str, object] = {
            "day_from": self.first,
            "day_to": self.last,
            "by": self.step if self.step is not Step.DAY else "",
            "group": self.group or "",
            "desk": self.desk,
            "team": self.team,
            "operator": self.operator,
            **other,
        }
        return urlencode({name: str(value) for name, value in asked.items() if value not in (None, "")})

    def of_period(self, period: Period) -> Wish:
        """The same of another period."""
        return replace(self, first=period.first, last=period.last)

    def selection(self, zone: tzinfo, viewer: User | None) -> Selection:
        """As the ledger understands it."""
        period = Period(first=self.first, last=self.last, zone=zone)
        return Selection(period=period, desk=self.desk, team=self.team, operator=self.operator, viewer=viewer)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One piece of the period, or one hour of all its days."""

    label: str
    period: Period
    tally: Tally
    hour: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One line of the table: a desk, a team or an operator. An empty name is that of those without."""

    name: str
    label: str
    tally: Tally


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """Flags by operator and rule: those of most first."""

    operators: Sequence[Group]
    rules: Sequence[str]
    flags: Mapping[tuple[str, str], int]  # calls, by operator and rule
    left_out: int = 0  # operators with fewer

    def level(self, operator: Group, rule: str) -> int:
        """0 to 5: how large a part of the operator's judged calls is flagged with the rule."""
        part = share(self.flags.get((operator.name, rule), 0), operator.tally["judged"]) or 0.0
        return sum(part > bound for bound in (0.0, 0.02, 0.05, 0.1, 0.2))


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleView:
    """What one draw says, as far as the viewer may see it."""

    draw: SampleDraw
    report: SampleReport
    lines: Sequence[Line]

    @property
    def drawn(self) -> int:
        """Calls of the lines: the first is of all, or lies beside others of its kind."""
        return sum(line.in_order.drawn for line in self._widest)

    @property
    def judged(self) -> int:
        """Of these, with a result."""
        return sum(line.in_order.judged for line in self._widest)

    @property
    def _widest(self) -> list[Line]:
        return [line for line in self.lines if line.kind is self.lines[0].kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundView:
    """What one closed round of blind reviews gave."""

    id: int
    title: str
    closed_at: datetime
    report: Agreement


@dataclass(frozen=True, kw_only=True, slots=True)
class FiguresView:
    """All that a page of figures shows."""

    wish: Wish
    wanted: Selection
    total: Tally
    before: Tally
    pieces: Sequence[Piece]
    hours: Sequence[Piece]
    groups: Sequence[Group]
    rules: Mapping[str, RuleTally]
    rules_before: Mapping[str, RuleTally]
    heat: Heat | None
    appeals: AppealTally
    appeals_before: AppealTally
    samples: Sequence[SampleView]
    rounds: Sequence[RoundView]
    blind: int  # calls that the viewer judges blind, anywhere


def read_wish(query: Mapping[str, str], today: date) -> Wish:
    """What is asked; without a period the month of today up to today. Raises BadInput."""
    last = _day(query, "day_to") or today
    first = _day(query, "day_from") or last.replace(day=1)
    check_span(first, last)
    names = {name: query.get(name, "").strip() for name in ("desk", "team", "operator")}
    too_long = [name for name, value in names.items() if len(value) > LONGEST_NAME]
    if too_long:
        raise BadInput(f"{too_long[0]} is longer than {LONGEST_NAME} characters; shorten it")
    group = _member(query, "group", (Dim.DESK, Dim.TEAM, Dim.OPERATOR))
    return Wish(
        first=first,
        last=last,
        step=Step(_member(query, "by", tuple(Step)) or Step.DAY),
        group=Dim(group) if group else None,
        **names,
    )


def check_span(first: date, last: date) -> None:
    """Raises BadInput where the days are no period, or too many for a page."""
    if not 0 <= (last - first).days < LONGEST_PERIOD:
        raise BadInput(f"day_to must be day_from or up to {LONGEST_PERIOD} days later; change one of them")


def read_month(query: Mapping[str, str], today: date, zone: tzinfo) -> Period:
    """The month that is asked for, else the one before today's. Raises BadInput."""
    text = query.get("month", "")
    if not text:
        return month_of(today.replace(day=1) - timedelta(days=1), zone)
    return month_of(checked_month(text), zone)


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "").strip()
    return checked_day(text, name) if text else None


def _member(query: Mapping[str, str], name: str, allowed: Sequence[Any]) -> str:
    text = query.get(name, "").strip()
    if text and text not in set(allowed):
        raise BadInput(f"{name} must be one of {', '.join(allowed)}, got {text[:20]!r}")
    return text
