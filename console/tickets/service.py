"""What the pages of tickets show, and the steps behind their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.rendering import Visitor
from console.rights import Right, has, require
from console.signin.visitors import user_of
from console.tickets.schemas import MoveWish
from desks import tickets
from desks.tickets import (
    By,
    Cause,
    Crew,
    Kind,
    LinkedCall,
    Move,
    Named,
    Party,
    Pause,
    Queue,
    Step,
    Ticket,
    Wanted,
    lists,
)
from desks.tickets.call_numbers import FarCall, calls_since_solved
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import visible_among
from ledger.tables import UserRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What ids are called: retired entries too, since old tickets have them."""

    kinds: Mapping[int, Kind]
    causes: Mapping[int, Cause]
    branches: Mapping[int, Named]
    crews: Mapping[int, Crew]
    people: Mapping[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketView:
    """A ticket as somebody may see it."""

    ticket: Ticket
    steps: tuple[Step, ...]
    pauses: tuple[Pause, ...]
    calls: tuple[LinkedCall, ...]
    visible_calls: frozenset[str]  # that may be opened
    may: tuple[Move, ...]
    names: Names
    is_overdue: bool
    call_backs: tuple[FarCall, ...]  # that may be named


def right_for(what: Move) -> Right:
    """What a move needs: what the desk may do needs its right, everything else the dispatchers'."""
    of_desk = any(Party.DESK in way.by for (_state, move), way in tickets.TABLE.items() if move is what)
    return Right.DESK if of_desk else Right.TICKETS


def by_of(visitor: Visitor) -> By:
    """As whom a visitor moves tickets."""
    return By.person(user_of(visitor))


def is_of(user: User, desk: str) -> bool:
    """Whether what a desk has is the user's to see."""
    return not user.desks or desk in user.desks


def get_ticket(session: Session, user: User, number: str) -> Ticket:
    """A ticket of a desk of the user's. Raises NotFound."""
    ticket = tickets.get_ticket(session, number) if "\0" not in number else None
    if ticket is None or not is_of(user, ticket.desk):
        raise NotFound(f"there is no ticket {number!r} among yours; /tickets lists them")
    return ticket


def view_of(session: Session, visitor: Visitor, number: str, at: datetime) -> TicketView:
    """A ticket with everything that somebody may see of it. Raises NotFound."""
    user = user_of(visitor)
    ticket = get_ticket(session, user, number)
    linked = tickets.calls_of(session, ticket)
    may_list = has(visitor, Right.LIST)
    visible = visible_among(session, user, [each.call_id for each in linked]) if may_list else frozenset()
    possible = tickets.possible(session, ticket, by_of(visitor), at)
    return TicketView(
        ticket=ticket,
        steps=tuple(tickets.steps_of(session, ticket)),
        pauses=tuple(tickets.pauses_of(session, ticket)),
        calls=tuple(linked),
        visible_calls=visible,
        may=tuple(what for what in possible if has(visitor, right_for(what))),
        names=names_of(session, [ticket]),
        is_overdue=ticket.is_overdue(at),
        call_backs=tuple(calls_since_solved(session, ticket)) if Move.CONFIRMED in possible else (),
    )


def take_step(session: Session, visitor: Visitor, number: str, wish: MoveWish) -> Ticket:
    """Make a move. Raises as `desks.tickets.move`, NotAllowed."""
    require(visitor, right_for(wish.move))
    get_ticket(session, user_of(visitor), number)
    return tickets.move(session, number, wish.move, by_of(visitor), version=wish.version, wish=wish.wish)


def find(
    session: Session, wanted: Wanted, at: datetime, *, after: tickets.Cursor | None, limit: int
) -> tuple[tickets.Page, Mapping[Queue, int]]:
    """A page of tickets, and how many each queue has."""
    return tickets.find(session, wanted, at, after=after, limit=limit), tickets.count_queues(
        session, wanted, at
    )


def names_of(session: Session, found: list[Ticket]) -> Names:
    """What the ids of these tickets are called."""
    holders = {each.holder_id for each in found} - {None}
    query = select(UserRow.id, UserRow.display_name).where(UserRow.id.in_(holders))
    people = {row.id: row.display_name for row in session.execute(query)} if holders else {}
    return Names(
        kinds={each.id: each for each in lists.kinds(session, with_retired=True)},
        causes={each.id: each for each in lists.causes(session, with_retired=True)},
        branches={each.id: each for each in lists.branches(session, with_retired=True)},
        crews={each.id: each for each in lists.crews(session, with_retired=True)},
        people=people,
    )
