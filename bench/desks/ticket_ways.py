"""Three ways of changing a ticket, each with the same guards, step and audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from desks import tickets
from desks.tickets import By, Move, Opening, Ticket, lists
from desks.tickets.effects import effect_of
from desks.tickets.guards import Asked, Wish
from desks.tickets.moves import note_step
from desks.tickets.table import way_of
from ledger import users
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import TicketRow


class Desk:
    """A ledger with so many open tickets. Two steps may have one version here: some ways need it."""

    def __init__(self, ledger: Ledger, count: int) -> None:
        self.ledger = ledger
        with ledger.transaction() as session:
            session.execute(text("DROP INDEX uq_ticket_steps_ticket_id_version"))
            user = users.save_user(
                session, name="du", display_name="du", role=UserRole.DISPATCHER, password_hash="x"
            )
            self.by = By.person(user)
            kind_id = lists.kinds(session)[0].id
            openings = (
                Opening(kind_id=kind_id, service="固话", line=str(63_000_000 + n)) for n in range(count)
            )
            self.numbers = [tickets.open_ticket(session, each, self.by).number for each in openings]

    def see(self, number: str) -> Ticket:
        """As a page shows it."""
        with self.ledger.reading() as session:
            return tickets.get_ticket(session, number)

    def urged(self) -> int:
        """How many changes the tickets have."""
        with self.ledger.reading() as session:
            return session.scalar(select(func.sum(TicketRow.urged))) or 0


Way = Callable[[Desk, str], int]  # makes one change; how often it was told to look again


def ours(desk: Desk, number: str) -> int:
    """The product's own move."""
    refused = 0
    while True:
        seen = desk.see(number)
        try:
            with desk.ledger.transaction() as session:
                tickets.move(session, number, Move.URGED, desk.by, version=seen.version)
        except tickets.MovedMeanwhile:
            refused += 1
        else:
            return refused


def unseen(desk: Desk, number: str) -> int:
    """The product's own move by whoever has not looked: a caller who urges, the inbox."""
    with desk.ledger.transaction() as session:
        tickets.move(session, number, Move.URGED, desk.by)
    return 0


def locks(desk: Desk, number: str) -> int:
    """The row is locked, read and written."""
    desk.see(number)
    with desk.ledger.transaction() as session:
        session.execute(select(TicketRow.id).where(TicketRow.number == number).with_for_update())
        _urge(session, desk, tickets.get_ticket(session, number))
    return 0


def plain(desk: Desk, number: str) -> int:
    """What was seen plus one is written."""
    seen = desk.see(number)
    with desk.ledger.transaction() as session:
        _urge(session, desk, seen)
    return 0


def _urge(session: Session, desk: Desk, ticket: Ticket) -> None:
    asked = Asked(session=session, ticket=ticket, move=Move.URGED, by=desk.by, wish=Wish(), at=now())
    way = way_of(ticket.number, ticket.state, Move.URGED)
    for guard in way.guards:
        guard(asked)
    effect = effect_of(asked)
    changes = {**effect.changes, "version": ticket.version + 1, "changed_at": asked.at}
    session.execute(update(TicketRow).where(TicketRow.id == ticket.id).values(**changes))
    note_step(asked, replace(ticket, **changes), effect)


WAYS: dict[str, Way] = {"ours": ours, "ours, not seen": unseen, "row locks": locks, "plain": plain}
