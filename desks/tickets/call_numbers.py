"""Which calls are a ticket's: by the far number, what was keyed in, or the campaign that placed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desks.tickets.numbers import FAULT_NUMBER, are_same, numbers_in, tail_of
from desks.tickets.records import Ticket
from ledger import conversations
from ledger.tables import CallRow, CampaignAttemptRow, CampaignPersonRow

MOST_CALLS = 5  # that a ticket's page offers as its call-back
LOOKED_AT = 50  # lines of several area codes share their last digits


@dataclass(frozen=True, kw_only=True, slots=True)
class FarCall:
    """A call that may be named as a ticket's call-back."""

    call_id: str
    answered_at: datetime
    number: str  # at the far end


def numbers_of(ticket: Ticket) -> tuple[str, ...]:
    """The numbers that a ticket's customer may be on, each once: left, called from, and the line itself."""
    found = [*numbers_in(ticket.contact), ticket.caller.strip(), ticket.line]
    kept: list[str] = []
    for number in filter(None, found):
        if not any(_is_one(number, other) for other in kept):
            kept.append(number)
    return tuple(kept)


def is_call_of(session: Session, call: CallRow, ticket: Ticket) -> bool:
    """Whether a call was with the ticket's customer, as far as a machine can tell.

    The caller of an incoming call and the called person of ours stand in the same column.
    """
    far = [call.caller or "", _keyed_in(session, call)]
    if any(_is_one(one, number) for one in filter(None, far) for number in numbers_of(ticket)):
        return True
    return _was_placed_for(session, call.id, ticket.number)


def calls_since_solved(session: Session, ticket: Ticket) -> list[FarCall]:
    """Answered calls with a ticket's numbers since it was solved, the newest few first."""
    numbers = numbers_of(ticket)
    tails = {tail for number in numbers if (tail := tail_of(number))}
    if ticket.solved_at is None or not tails:
        return []
    query = (
        select(CallRow.id, CallRow.answered_at, CallRow.caller)
        .where(CallRow.received_at >= ticket.solved_at, CallRow.answered_at.is_not(None))
        .where(or_(*(CallRow.caller.endswith(tail) for tail in sorted(tails))))
        .order_by(CallRow.received_at.desc())
        .limit(LOOKED_AT)
    )
    found = (
        FarCall(call_id=call_id, answered_at=answered_at, number=caller)
        for call_id, answered_at, caller in session.execute(query)
        if answered_at and caller and any(_is_one(caller, number) for number in numbers)
    )
    return list(islice(found, MOST_CALLS))


def _is_one(one: str, other: str) -> bool:
    return one == other or are_same(one, other)


def _keyed_in(session: Session, call: CallRow) -> str:
    """The line that the caller keyed in and confirmed; while the call goes on, its conversation has it."""
    talks = conversations.list_conversations(session, call.id)
    facts = {**call.facts, **(talks[-1].known.facts if talks else {})}
    return facts.get(FAULT_NUMBER, "")


def _was_placed_for(session: Session, call_id: str, ticket: str) -> bool:
    query = (
        select(CampaignAttemptRow.call_id)
        .join(CampaignPersonRow, CampaignPersonRow.id == CampaignAttemptRow.person_id)
        .where(CampaignAttemptRow.call_id == call_id, CampaignPersonRow.ticket == ticket)
    )
    return session.scalar(query) is not None
