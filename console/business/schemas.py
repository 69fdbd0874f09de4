"""What is asked of the business figures, and what a page of them shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from console.errors import BadInput
from console.figures.schemas import LONGEST_NAME, check_span, read_month
from console.texts import check_signs, checked_day, whole_number
from desks.figures.changes import Ranked
from desks.figures.counting import Cells, Counts
from desks.figures.slices import Slice
from desks.tickets import Nature
from ledger.records import User
from ledger.statistics.days import Period
from ledger.statistics.tally import Tally


class CauseBy(StrEnum):
    """How causes are listed."""

    GROUP = "group"  # trunk and distribution cable are one
    EACH = "each"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the address asks for."""

    first: date
    last: date
    nature: Nature = Nature.FAULT
    branch_id: int | None = None
    service: str = ""
    causes: CauseBy = CauseBy.GROUP

    def period(self, zone: tzinfo) -> Period:
        """Its days."""
        return Period(first=self.first, last=self.last, zone=zone)

    def of_period(self, period: Period) -> Wish:
        """The same of another period."""
        return replace(self, first=period.first, last=period.last)

    def query(self, **other: object) -> str:
        """The address's parameters, with something else."""
        asked: dict[str, object] = {
            "day_from": self.first,
            "day_to": self.last,
            "nature": self.nature if self.nature is not Nature.FAULT else "",
            "branch": self.branch_id or "",
            "service": self.service,
            "causes": self.causes if self.causes is not CauseBy.GROUP else "",
            **other,
        }
        return urlencode({name: str(value) for name, value in asked.items() if value not in (None, "")})

    def slice(self, zone: tzinfo, viewer: User | None, **asked: Any) -> Slice:
        """As the figures understand it: of tickets unless more is asked. No viewer: a command, sees all."""
        return Slice(
            period=self.period(zone),
            desks=frozenset(viewer.desks if viewer else ()),
            teams=frozenset(viewer.teams if viewer else ()),
            blind_for=viewer.id if viewer else None,
            branch_id=self.branch_id,
            service=self.service,
            **{"nature": self.nature, **asked},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """What ids are called, in the lists' order."""

    branches: Mapping[int, str]
    causes: Mapping[int, str]
    services: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tickets:
    """Of tickets: now, before, a year before."""

    cells: Cells  # by piece, branch, cause, group, service
    before: Cells  # by branch, cause, group, service
    year_before: Cells  # as `cells`
    total: Counts  # with arranged minutes and lines
    by_branch: Mapping[int | None, Counts]  # the same
    causes: Sequence[Ranked]  # all of them, the most frequent first
    rest: Ranked | None  # behind the top six


@dataclass(frozen=True, kw_only=True, slots=True)
class Sales:
    """Of enquiries: now, before, a year before."""

    cells: Cells  # by piece, kind, service, branch
    total: Counts
    before: Counts
    year_before: Counts
    reasons: Mapping[str | None, Counts]


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What callers pressed, by the branch of the ticket that the call opened or touched."""

    whole: Tally  # of one branch or service: of its tickets' calls
    by_branch: Mapping[int | None, Tally]  # None: no ticket, or one that no branch has; they add up


@dataclass(frozen=True, kw_only=True, slots=True)
class BusinessView:
    """All that a page shows."""

    wish: Wish
    period: Period
    pieces: Sequence[Period]
    before: Period
    year_before: Period
    at: datetime
    lists: Lists
    tickets: Tickets
    sales: Sales
    call_backs: Cells  # by kind, outcome
    survey: Survey
    newest: date | None = field(default=None)  # of the last ticket, where the period has none

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        parts = (self.tickets.cells, self.sales.cells, self.call_backs)
        return not any(part.counts for part in parts)


def read_wish(query: Mapping[str, str], today: date) -> Wish:
    """What is asked; without a period the month of today up to today. Raises BadInput."""
    last = _day(query, "day_to") or today
    first = _day(query, "day_from") or last.replace(day=1)
    check_span(first, last)
    service = query.get("service", "").strip()
    if len(service) > LONGEST_NAME:
        raise BadInput(f"service is longer than {LONGEST_NAME} characters; shorten it")
    check_signs("service", service)
    return Wish(
        first=first,
        last=last,
        nature=Nature(member(query, "nature", tuple(Nature)) or Nature.FAULT),
        branch_id=number(query, "branch"),
        service=service,
        causes=CauseBy(member(query, "causes", tuple(CauseBy)) or CauseBy.GROUP),
    )


def read_month_wish(query: Mapping[str, str], today: date, zone: tzinfo) -> Wish:
    """The same of a month; without one of the last that is whole. Raises BadInput."""
    period = read_month(query, today, zone)
    days = {"day_from": str(period.first), "day_to": str(period.last)}
    return read_wish({**query, **days}, period.last)


def member(query: Mapping[str, str], name: str, members: Sequence[StrEnum]) -> str:
    """One of a closed set, or nothing. Raises BadInput."""
    value = query.get(name, "")
    if value and value not in members:
        raise BadInput(f"{name} must be one of {', '.join(members)}, got {value[:20]!r}")
    return value


def number(query: Mapping[str, str], name: str) -> int | None:
    """A row's number, or None. Raises BadInput."""
    value = query.get(name, "")
    if not value:
        return None
    found = whole_number(value)
    if found is None:
        raise BadInput(f"{name} must be a number, got {value[:20]!r}")
    return found


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "")
    return checked_day(text, name) if text else None
