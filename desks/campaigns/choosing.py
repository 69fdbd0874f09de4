"""Choosing people of a campaign: by how far they are, outcome, satisfaction, lateness, part of a number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, true

from desks.campaigns.states import Outcome, PersonState
from ledger.clock import now
from ledger.tables import CampaignPersonRow


class More(StrEnum):
    """What people can be chosen by besides their state and the outcome of their newest attempt."""

    DISSATISFIED = "dissatisfied"
    LATE = "late"  # reached after the limit, or not reached and the limit is over


Result = PersonState | Outcome | More


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which people somebody looks at; None and empty: all."""

    result: Result | None = None
    digits: str = ""  # a part of the number


EVERYBODY = Chosen()


def result_of(text: str) -> Result | None:
    """A result by its value; None where there is no such one."""
    members: list[Result] = [*PersonState, *Outcome, *More]
    return next((one for one in members if one.value == text), None)


def condition(chosen: Chosen) -> ColumnElement[bool]:
    """What the rows of the chosen people fulfil now."""
    row = CampaignPersonRow
    of_digits = row.number.contains(chosen.digits, autoescape=True) if chosen.digits else true()
    match chosen.result:
        case None:
            return of_digits
        case PersonState():
            return and_(of_digits, row.state == chosen.result)
        case Outcome():
            return and_(of_digits, row.outcome == chosen.result)
        case More.DISSATISFIED:
            return and_(of_digits, row.satisfied.is_(False))
        case More.LATE:
            is_late = func.coalesce(row.reached_at, now()) > row.due_until
            return and_(of_digits, is_late, row.state != PersonState.DECLINED)
