"""The call that a panel is about: who may ask of it, and what it tells of a ticket to be opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.rendering import Visitor
from console.signin.visitors import user_of
from console.tickets.service import is_of
from desks import tickets
from desks.tickets import Kind, Ticket, TicketState, lists
from desks.tickets.numbers import FAULT_NUMBER
from ledger import conversations, scopes
from ledger.errors import NotFound
from ledger.records import User
from ledger.tables import CallRow


@dataclass(frozen=True, kw_only=True, slots=True)
class OnCall:
    """What the panel begins with."""

    call_id: str
    line: str  # keyed in and confirmed, else the number that called
    is_keyed: bool
    caller: str
    kinds: tuple[Kind, ...]  # of the call's desk, or of all
    services: tuple[str, ...]
    open_tickets: tuple[Ticket, ...]  # of the line, the newest first
    closed_tickets: tuple[Ticket, ...]  # lately


def require_call(session: Session, visitor: Visitor, call_id: str) -> CallRow:
    """The call: staff see their desks', operators the one that they are on or had. Raises NotFound."""
    user = user_of(visitor)
    if visitor.is_staff:
        scopes.require_visible(session, user, call_id)
    elif not scopes.is_operators_own(session, user.name, call_id):
        raise NotFound(f"there is no call {call_id!r} of yours; your page shows the one that you are on")
    return session.get_one(CallRow, call_id)


def look_at(session: Session, user: User, call: CallRow) -> OnCall:
    """What is known of a call, and the tickets of its line that the user sees.

    While it goes on, what the caller keyed in stands with the conversation; its row has it afterwards.
    """
    talks = conversations.list_conversations(session, call.id)
    facts = {**call.facts, **(talks[-1].known.facts if talks else {})}
    keyed, caller = facts.get(FAULT_NUMBER, ""), call.caller or ""
    line = keyed or caller
    found = [each for each in tickets.tickets_of_number(session, line) if is_of(user, each.desk)]
    of_desk = lists.kinds(session, talks[-1].desk if talks else call.desk or call.hotline)
    return OnCall(
        call_id=call.id,
        line=line,
        is_keyed=bool(keyed),
        caller=caller,
        kinds=tuple(of_desk or lists.kinds(session)),
        services=tuple(each.name for each in lists.services(session)),
        open_tickets=tuple(each for each in found if each.state is not TicketState.CLOSED),
        closed_tickets=tuple(each for each in found if each.state is TicketState.CLOSED)[:3],
    )
