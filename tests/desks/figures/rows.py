"""Tickets and enquiries of any kind, straight into the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as some
from sqlalchemy import insert
from sqlalchemy.orm import Session

from desks.figures import EnquiryKind, EnquiryResult, RefusalReason
from desks.tickets import OverdueReason, TicketState
from desks.tickets.table import UNSOLVED
from ledger.tables import BranchRow, CallRow, EnquiryRow, TicketCallRow, TicketPauseRow, TicketRow

NEW_YEAR = datetime(2006, 12, 31, 16, tzinfo=UTC)  # of 2007 in Shanghai
LOOKED_AT = datetime(2008, 3, 1, tzinfo=UTC)
MINUTES = 365 * 24 * 60
SERVICES = ("固话", "宽带", "专线")

_solved = some.fixed_dictionaries(
    {
        "state": some.sampled_from((TicketState.SOLVED, TicketState.CLOSED)),
        "late_minutes": some.sampled_from((0, 0, 7, 300)),
        "handled_minutes": some.integers(0, 5000),
        "cause_id": some.integers(1, 5),
    }
)
_unsolved = some.fixed_dictionaries(
    {
        "state": some.sampled_from((*UNSOLVED, TicketState.CLOSED)),  # closed: withdrawn
        "late_minutes": some.none(),
        "handled_minutes": some.none(),
        "cause_id": some.none(),
    }
)
_shared = some.fixed_dictionaries(
    {
        "minute": some.integers(0, MINUTES - 1),
        "service": some.sampled_from(SERVICES),
        "branch_id": some.sampled_from((None, 1, 2)),
        "overdue_reason": some.sampled_from((None, *OverdueReason)),
        "due_days": some.sampled_from((1, 800)),
        "arranged_days": some.sampled_from((None, 1, 800)),
        "pauses": some.lists(some.integers(1, 90), max_size=2),
    }
)
tickets = some.lists(some.tuples(_shared, _solved | _unsolved), max_size=14)
enquiries = some.lists(
    some.tuples(
        some.integers(0, MINUTES - 1),
        some.sampled_from(EnquiryKind),
        some.sampled_from(
            (
                (EnquiryResult.SUCCEEDED, None),
                (EnquiryResult.OPEN, None),
                *((EnquiryResult.REFUSED, reason) for reason in RefusalReason),
            )
        ),
    ),
    max_size=12,
)


def add_branches(session: Session) -> None:
    """Two of them, with the ids 1 and 2."""
    for name in ("城东经营部", "城西经营部"):
        session.add(BranchRow(name=name, place=0, version=1, changed_at=NEW_YEAR, changed_by="x"))
    session.flush()


def add_tickets(session: Session, drawn: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """What was drawn."""
    for number, (shared, more) in enumerate(drawn, start=1):
        add_ticket(session, number, **{**shared, **more})


def add_ticket(
    session: Session,
    number: int,
    *,
    minute: int = 0,
    due_days: int = 1,
    arranged_days: int | None = None,
    pauses: list[int] | None = None,
    **columns: Any,
) -> None:
    """One that was opened some minutes after New Year."""
    opened_at = NEW_YEAR + timedelta(minutes=minute)
    arranged = None if arranged_days is None else opened_at + timedelta(days=arranged_days)
    row = {
        "id": number,
        "number": f"20070101-{number:04}",
        "state": TicketState.CLOSED,
        "since": opened_at,
        "changed_at": opened_at,
        "kind_id": 1,
        "nature": "fault",
        "desk": "112",
        "service": "固话",
        "channel": "call",
        "opened_by": "x",
        "opened_at": opened_at,
        "counted_from": opened_at,
        "limit_minutes": 1440,
        "counting": "clock",
        "due_at": opened_at + timedelta(days=due_days),
        "arranged_until": arranged,
        **dict.fromkeys(("line", "line_tail", "caller", "caller_tail", "contact", "text"), ""),
        **columns,
    }
    session.execute(insert(TicketRow).values(row))
    for minutes in pauses or ():
        until = opened_at + timedelta(minutes=minutes)
        pause = {"ticket_id": number, "began_at": opened_at, "until_at": until, "reason": "agreed"}
        session.execute(insert(TicketPauseRow).values(**pause, ended_at=until, counted_minutes=minutes))


def add_call(session: Session, *tickets: int, mark: str) -> None:
    """One at New Year that touched these tickets and got a mark."""
    call = {"id": f"call-{mark}", "hotline": "112", "state": "unrecorded", "received_at": NEW_YEAR}
    facts = {"survey_asked": "yes", "survey_mark": mark}
    session.add(CallRow(**call, caller="x", origin="sip", operator="8001", team="甲班", facts=facts))
    session.flush()
    for ticket_id in tickets:
        linked = {"ticket_id": ticket_id, "call_id": call["id"], "part": "opened", "at": NEW_YEAR}
        session.execute(insert(TicketCallRow).values(**linked))


def add_enquiries(session: Session, drawn: list[Any]) -> None:
    """What was drawn."""
    for minute, kind, (result, reason) in drawn:
        sold = kind == EnquiryKind.CARD and result == EnquiryResult.SUCCEEDED
        row = {"at": NEW_YEAR + timedelta(minutes=minute), "desk": "112", "kind": kind, "service": "固话"}
        told = {"result": result, "reason": reason, "amount_fen": 5000 if sold else 0, "entered_by": "x"}
        session.execute(insert(EnquiryRow).values(**row, **told))
