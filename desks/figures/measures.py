"""What is counted of rows, in SQL: every figure is made of these, and every list behind a number too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, select, true

from desks.campaigns.states import PersonState
from desks.figures.states import EnquiryResult, RefusalReason
from desks.tickets import Closing, OverdueReason, PauseReason
from desks.tickets.table import UNSOLVED
from ledger.statistics.measures import CALLS
from ledger.tables import CallRow, CampaignPersonRow, EnquiryRow, TicketPauseRow, TicketRow
from ledger.tables.statistics import MARKS

Condition = ColumnElement[bool]
Amount = SQLColumnExpression[int] | SQLColumnExpression[int | None] | None


class Source(StrEnum):
    """Whose rows."""

    TICKETS = "tickets"
    PAUSES = "pauses"  # arranged times, of tickets
    ENQUIRIES = "enquiries"
    CALL_BACKS = "call_backs"  # people to be called
    SURVEYED = "surveyed"  # calls that opened or touched a ticket


MOMENTS: Final = {  # by which rows are of a period
    Source.TICKETS: TicketRow.opened_at,
    Source.PAUSES: TicketRow.opened_at,
    Source.ENQUIRIES: EnquiryRow.at,
    Source.CALL_BACKS: CampaignPersonRow.due_from,  # from when they may be called
    Source.SURVEYED: CallRow.received_at,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """Rows that count at a moment, and what of them is added up."""

    source: Source
    counts: Callable[[datetime], Condition]
    amount: Amount = None  # None: the rows themselves

    def summed(self, at: datetime) -> ColumnElement[int]:
        """In SQL, 0 where there are no rows."""
        one = case((self.counts(at), 1 if self.amount is None else self.amount), else_=0)
        return func.coalesce(func.sum(one), 0)


def _late(at: datetime) -> Condition:
    """Solved too late, or late at the moment; never while a later time is arranged (`Ticket.is_overdue`)."""
    is_running = or_(TicketRow.arranged_until.is_(None), TicketRow.arranged_until <= at)
    is_waiting = and_(TicketRow.state.in_(UNSOLVED), TicketRow.due_at < at, is_running)
    return or_(TicketRow.late_minutes > 0, and_(TicketRow.late_minutes.is_(None), is_waiting))


def _because(reason: OverdueReason | None) -> Condition:
    column = TicketRow.overdue_reason
    return column.is_(None) if reason is None else column == reason


def _late_because(reason: OverdueReason | None) -> Measure:
    return Measure(source=Source.TICKETS, counts=lambda at: and_(_late(at), _because(reason)))


def _tickets(condition: Condition, amount: Amount = None) -> Measure:
    return Measure(source=Source.TICKETS, counts=lambda _at: condition, amount=amount)


def _enquiries(condition: Condition, amount: Amount = None) -> Measure:
    return Measure(source=Source.ENQUIRIES, counts=lambda _at: condition, amount=amount)


def _call_backs(condition: Condition) -> Measure:
    return Measure(source=Source.CALL_BACKS, counts=lambda _at: condition)


def _surveyed(measure: str) -> Measure:
    return Measure(source=Source.SURVEYED, counts=lambda _at: CALLS[measure])


def _paused(*conditions: Condition, amount: Amount = None) -> Measure:
    condition = and_(true(), *conditions)
    return Measure(source=Source.PAUSES, counts=lambda _at: condition, amount=amount)


_PAUSED_MINUTES: Final = func.coalesce(TicketPauseRow.counted_minutes, 0)
_WAS_ARRANGED: Final = TicketRow.id.in_(select(TicketPauseRow.ticket_id))
REASONS: Final = (*OverdueReason, None)  # None: nobody has said why

MEASURES: Final[dict[str, Measure]] = {
    "tickets": _tickets(true()),
    "limit_minutes": _tickets(true(), TicketRow.limit_minutes),
    "solved": _tickets(TicketRow.handled_minutes.is_not(None)),
    "handled_minutes": _tickets(TicketRow.handled_minutes.is_not(None), TicketRow.handled_minutes),
    "in_time": _tickets(TicketRow.late_minutes == 0),
    "late": Measure(source=Source.TICKETS, counts=_late),
    "late_minutes": _tickets(TicketRow.late_minutes > 0, TicketRow.late_minutes),
    **{f"late_{reason or 'untold'}": _late_because(reason) for reason in REASONS},
    **{
        f"late_minutes_{reason or 'untold'}": _tickets(
            and_(TicketRow.late_minutes > 0, _because(reason)), TicketRow.late_minutes
        )
        for reason in REASONS
    },
    "arranged": _tickets(_WAS_ARRANGED),
    "urged": _tickets(TicketRow.urged > 0),
    "reopened": _tickets(TicketRow.reopened > 0),
    "confirmed": _tickets(TicketRow.closing == Closing.CONFIRMED),
    "paused_minutes": _paused(amount=_PAUSED_MINUTES),
    **{
        f"paused_minutes_{reason}": _paused(TicketPauseRow.reason == reason, amount=_PAUSED_MINUTES)
        for reason in PauseReason
    },
    "enquiries": _enquiries(true()),
    "succeeded": _enquiries(EnquiryRow.result == EnquiryResult.SUCCEEDED),
    "refused": _enquiries(EnquiryRow.result == EnquiryResult.REFUSED),
    "undecided": _enquiries(EnquiryRow.result == EnquiryResult.OPEN),
    "no_cable": _enquiries(EnquiryRow.reason == RefusalReason.NO_CABLE),
    "amount_fen": _enquiries(EnquiryRow.result == EnquiryResult.SUCCEEDED, EnquiryRow.amount_fen),
    "people": _call_backs(true()),
    "reached": _call_backs(CampaignPersonRow.state == PersonState.REACHED),
    "reached_in_time": _call_backs(
        and_(
            CampaignPersonRow.state == PersonState.REACHED,
            CampaignPersonRow.reached_at <= CampaignPersonRow.due_until,
        )
    ),
    "given_up": _call_backs(CampaignPersonRow.state == PersonState.GIVEN_UP),
    "declined": _call_backs(CampaignPersonRow.state == PersonState.DECLINED),
    "told": _call_backs(CampaignPersonRow.satisfied.is_not(None)),
    "satisfied": _call_backs(CampaignPersonRow.satisfied.is_(True)),
    **{measure: _surveyed(measure) for measure in ("talked", "asked", "marked")},
    **{f"mark_{key}": _surveyed(f"mark_{key}") for key in MARKS},
}


def measures_of(source: Source) -> dict[str, Measure]:
    """Those of a source."""
    return {key: measure for key, measure in MEASURES.items() if measure.source is source}
