"""Tickets that are solved are called back by the fitting campaign, and what was heard moves them on.

Who says that all is well closes the ticket; who says that it is not sends it back to the dispatchers; whoever
was not reached, or asks not to be called, leaves it to a lead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import structlog
from sqlalchemy.orm import Session

from desks.campaigns.feeding import DuePerson, Result
from desks.campaigns.languages import Spoken, read_language
from desks.campaigns.states import Kind, PersonState
from desks.tickets import (
    By,
    Move,
    Nature,
    Ticket,
    Wish,
    confirm,
    languages_of,
    move,
    waiting_for_call_back,
)
from desks.tickets.guards import ATTEMPTS_NEEDED
from desks.tickets.numbers import numbers_in
from ledger.errors import HotlineError

KINDS: Final = {
    Nature.FAULT: Kind.REPAIR,
    Nature.COMPLAINT: Kind.COMPLAINT,
    Nature.BILLING: Kind.COMPLAINT,
    Nature.INSTALL: Kind.NEW_INSTALL,
    Nature.MOVE: Kind.NEW_INSTALL,
    Nature.OTHER: Kind.SATISFACTION,
}
MACHINE: Final = By.machine("回访")
DIALABLE: Final = re.compile(r"\+?\d{5,15}")

log = structlog.get_logger(__name__)


class SolvedTickets:
    """The tickets that wait for their call-back."""

    def waiting(self, session: Session) -> Iterator[DuePerson]:
        """Those of whom a number is known; the others are a dispatcher's to call."""
        for ticket in waiting_for_call_back(session):
            number = number_of(ticket)
            if number is not None and ticket.solved_at is not None:
                yield DuePerson(
                    ticket=ticket.number,
                    number=number,
                    kind=KINDS[ticket.nature],
                    happened_at=ticket.solved_at,
                    desk=ticket.desk,
                    note=ticket.contact[:200],
                )

    def languages(self, session: Session, tickets: Collection[str]) -> Mapping[str, Spoken]:
        """What callers chose in the calls that these tickets were opened from."""
        found = languages_of(session, list(tickets)).items()
        return {ticket: language for ticket, told in found if (language := read_language(told))}


class TicketResults:
    """Moves tickets on by what their call-backs heard."""

    def take(self, session: Session, result: Result) -> None:
        """One result. A ticket that somebody has moved on meanwhile stays where it is."""
        try:
            with session.begin_nested():
                _note(session, result)
        except HotlineError as error:
            log.warning("call_back_not_noted", ticket=result.ticket, cause=str(error))


def number_of(ticket: Ticket) -> str | None:
    """Whom to call: the number that was left, else the one that called, else the line itself."""
    caller = DIALABLE.fullmatch(ticket.caller)
    line = DIALABLE.fullmatch(ticket.line)
    left = numbers_in(ticket.contact)
    found = caller or line
    return left[0] if left else found[0] if found else None


def _note(session: Session, result: Result) -> None:
    if result.state is PersonState.REACHED and result.settled is not None:
        wish = Wish(answers=dict(result.answers))
        confirm(
            session,
            result.ticket,
            MACHINE,
            is_settled=result.settled,
            is_satisfied=result.satisfied,
            call_id=result.call_id,
            wish=wish,
        )
        return
    is_declined = result.state is PersonState.DECLINED
    note = "不愿接受回访" if is_declined else f"回访未果：{result.outcome or result.state}"
    wish = Wish(
        note=note,
        call_id=result.call_id,
        answers=dict(result.answers),
        attempts=ATTEMPTS_NEEDED if is_declined else max(1, result.attempts),
    )
    move(session, result.ticket, Move.NOT_REACHED, MACHINE, wish=wish)
