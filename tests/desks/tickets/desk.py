"""A desk whose tickets are moved: people of every part, calls, and the way of a ticket to any state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from desks import tickets
from desks.tickets import lists
from desks.tickets.records import CLOCK, By, Opening, Ticket
from desks.tickets.states import Move, PauseReason, TicketState
from ledger import calls, users
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import BranchRow, TicketKindRow

MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # 10 o'clock in Shanghai
LINE = "63001234"
ROLES = {
    "dora": UserRole.DISPATCHER,
    "dan": UserRole.DISPATCHER,
    "zhou": UserRole.TEAM_LEAD,
    "8003": UserRole.OPERATOR,
}
MACHINE = By.machine("call-back")


class TicketDesk:
    """Dispatchers dora and dan, lead zhou, operator 8003; branch 城东 and crew 抢险队."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.transaction() as session:
            for name, role in ROLES.items():
                users.save_user(session, name=name, display_name=name, role=role, password_hash="x")
            found = [users.find_user(session, name) for name in ROLES]
            self.by = {each[0].name: By.person(each[0]) for each in found if each}
            self.branch_id = lists.add(
                session, BranchRow, lists.NamedDraft(name="城东经营部"), self.by["zhou"]
            )
            self.crew_id = lists.crews(session)[0].id
            self.cause_id = lists.causes(session)[0].id

    def kind_id(self, desk: str = "112", nature: str = "fault") -> int:
        """A standard kind."""
        with self.ledger.reading() as session:
            query = select(TicketKindRow.id).where(TicketKindRow.desk == desk, TicketKindRow.nature == nature)
            return session.scalars(query).one()

    def open(
        self,
        line: str = LINE,
        *,
        who: str = "8003",
        at: datetime = MONDAY,
        kind_id: int | None = None,
        **more: Any,
    ) -> Ticket:
        """A fault of a line."""
        opening = Opening(kind_id=kind_id or self.kind_id(), service="固话", line=line, **more)
        with self.ledger.transaction() as session:
            return tickets.open_ticket(session, opening, self.by[who], at=at)

    def move(
        self, ticket: Ticket, what: Move, who: str | By = "dora", *, at: datetime | None = None, **wish: Any
    ) -> Ticket:
        """One step, with the version that the ticket was seen with, a minute later unless told otherwise."""
        by = who if isinstance(who, By) else self.by[who]
        moment = at or ticket.changed_at + timedelta(minutes=1)
        with self.ledger.transaction() as session:
            return tickets.move(
                session, ticket.number, what, by, version=ticket.version, wish=tickets.Wish(**wish), at=moment
            )

    def call(self, call_id: str, at: datetime, caller: str = LINE) -> str:
        """A call that was answered at a moment."""
        with self.ledger.transaction() as session:
            calls.add_call(session, call_id=call_id, hotline="112", caller=caller)
            calls.mark_answered(session, call_id, at)
        return call_id

    def get(self, number: str) -> Ticket:
        """As it is now."""
        with self.ledger.reading() as session:
            return tickets.get_ticket(session, number)

    def steps(self, ticket: Ticket) -> list[tickets.Step]:
        """All of them."""
        with self.ledger.reading() as session:
            return tickets.steps_of(session, ticket)

    def bring_to(self, state: TicketState, line: str = LINE) -> Ticket:
        """A ticket in a state, by the shortest way there."""
        ticket = self.open(line)
        for step in WAYS[state]:
            ticket = step(self, ticket)
        return ticket


def assign(desk: TicketDesk, ticket: Ticket) -> Ticket:
    """To the branch."""
    return desk.move(ticket, Move.ASSIGNED, branch_id=desk.branch_id)


def start(desk: TicketDesk, ticket: Ticket) -> Ticket:
    """The branch begins."""
    return desk.move(ticket, Move.STARTED)


def arrange(desk: TicketDesk, ticket: Ticket) -> Ticket:
    """For the next day."""
    until = ticket.changed_at + timedelta(days=1)
    return desk.move(ticket, Move.ARRANGED, until=until, pause_reason=PauseReason.CUSTOMER)


def solve(desk: TicketDesk, ticket: Ticket) -> Ticket:
    """With a cause."""
    return desk.move(ticket, Move.SOLVED, cause_id=desk.cause_id)


def confirm(desk: TicketDesk, ticket: Ticket) -> Ticket:
    """By a call-back of the machine."""
    answered_at = ticket.changed_at + timedelta(minutes=5)
    call_id = desk.call(f"back-{ticket.number}-{ticket.version}", answered_at, ticket.line)
    return desk.move(
        ticket, Move.CONFIRMED, MACHINE, call_id=call_id, at=ticket.changed_at + timedelta(minutes=6)
    )


WAYS: dict[TicketState, list[Callable[[TicketDesk, Ticket], Ticket]]] = {
    TicketState.OPEN: [],
    TicketState.ASSIGNED: [assign],
    TicketState.WORKING: [assign, start],
    TicketState.ARRANGED: [assign, arrange],
    TicketState.SOLVED: [assign, start, solve],
    TicketState.CLOSED: [assign, start, solve, confirm],
}
__all__ = [
    "CLOCK",
    "LINE",
    "MACHINE",
    "MONDAY",
    "TicketDesk",
    "arrange",
    "assign",
    "confirm",
    "solve",
    "start",
]
