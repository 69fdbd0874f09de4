"""What must be true before a ticket takes a step. Each guard is one sentence that it refuses with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from desks.tickets.calendar import working_hours
from desks.tickets.call_numbers import is_call_of, numbers_of
from desks.tickets.errors import BadTicket, NotThatFar, OtherNumber, TooLateToReopen
from desks.tickets.limits import left_of
from desks.tickets.records import By, Ticket
from desks.tickets.states import ALARMS, Move, OverdueReason, Party, PauseReason
from desks.tickets.working_hours import WorkingHours
from ledger.conflicts import AlreadySo
from ledger.tables import CallRow, TicketKindRow

ATTEMPTS_NEEDED = 3  # call-backs that reached nobody, before a lead may close without one
LONGEST_ARRANGED = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody gives with a move; each move takes what it needs of it."""

    note: str = ""
    call_id: str | None = None  # in which it was said
    branch_id: int | None = None
    crew_id: int | None = None
    until: datetime | None = None  # that is arranged
    pause_reason: PauseReason | None = None
    cause_id: int | None = None
    overdue_reason: OverdueReason | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)  # further ones of a call-back, kept in the step
    call_reason: str = ""  # of a lead: why a call with another number counts
    attempts: int = 1  # calls that reached nobody


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A move that somebody wants to make."""

    session: Session
    ticket: Ticket
    move: Move
    by: By
    wish: Wish
    at: datetime

    @property
    def number(self) -> str:
        """Of the ticket."""
        return self.ticket.number

    @cached_property
    def hours(self) -> WorkingHours:
        """What its limit is counted by."""
        return working_hours(self.session, self.ticket.calendar_id)

    @property
    def left(self) -> timedelta:
        """Of the limit, as it counts."""
        return left_of(self.hours, self.ticket, self.at)


Guard = Callable[[Asked], None]  # raises Conflict, NotAllowed or BadTicket


def has_note(asked: Asked) -> None:
    """Somebody says why."""
    if not asked.wish.note.strip():
        raise BadTicket(f"note: say why ticket {asked.number} is {asked.move}")


def says_something(asked: Asked) -> None:
    """A note, or the reason of being overdue."""
    if asked.wish.overdue_reason is None:
        has_note(asked)
    elif not asked.ticket.is_overdue(asked.at):
        raise NotThatFar(f"ticket {asked.number} is not overdue; there is nothing to explain")


def is_not_own(asked: Asked) -> None:
    """Whoever takes it does not have it."""
    if asked.by.user_id is not None and asked.ticket.holder_id == asked.by.user_id:
        raise AlreadySo(f"ticket {asked.number} is yours already")


def names_somebody(asked: Asked) -> None:
    """A branch, a crew or both."""
    if asked.wish.branch_id is None and asked.wish.crew_id is None:
        raise BadTicket(f"branch: choose the branch or the crew that ticket {asked.number} goes to")


def names_later_time(asked: Asked) -> None:
    """A moment to come, and why."""
    until = asked.wish.until
    if until is None or not asked.at < until <= asked.at + LONGEST_ARRANGED:
        raise BadTicket(f"until: arrange ticket {asked.number} for a time to come, within a year")
    if asked.wish.pause_reason is None:
        raise BadTicket(f"reason: say whose wish the later time of ticket {asked.number} is")


def is_time(asked: Asked) -> None:
    """Time goes on when it has come; a dispatcher may end what was arranged before."""
    until = asked.ticket.arranged_until
    if Party.CLOCK in asked.by.parties and until is not None and asked.at < until:
        raise NotThatFar(f"ticket {asked.number} is arranged until {until:%Y-%m-%d %H:%M} UTC")


def names_cause(asked: Asked) -> None:
    """What it was."""
    if asked.wish.cause_id is None:
        raise BadTicket(f"cause: choose what was the cause of ticket {asked.number}")


def explains_lateness(asked: Asked) -> None:
    """Why it is overdue, where it is."""
    explained = asked.wish.overdue_reason or asked.ticket.overdue_reason
    if explained is None and asked.left < timedelta():
        raise BadTicket(f"overdue_reason: ticket {asked.number} is overdue; choose why")


def was_called_back(asked: Asked) -> None:
    """An answered call since it was solved; a dispatcher who called by another telephone writes that down."""
    solved_at = asked.ticket.solved_at
    if asked.wish.call_id is None:
        if Party.DISPATCHER not in asked.by.parties or not asked.wish.note.strip():
            raise BadTicket(
                f"call: name the call-back that heard how ticket {asked.number} is; a dispatcher who called "
                "by another telephone notes who was reached and when"
            )
        return
    call = asked.session.get(CallRow, asked.wish.call_id)
    if call is None or call.answered_at is None or solved_at is None or call.answered_at < solved_at:
        raise BadTicket(
            f"call: {asked.wish.call_id} is no call that was answered after ticket {asked.number} was solved"
        )


def is_with_customer(asked: Asked) -> None:
    """The call that is named was with one of the ticket's numbers; a lead may say why another counts."""
    call = asked.session.get(CallRow, asked.wish.call_id) if asked.wish.call_id else None
    if call is None or is_call_of(asked.session, call, asked.ticket):
        return
    if asked.wish.call_reason.strip() and Party.LEAD in asked.by.parties:
        return
    numbers = ", ".join(numbers_of(asked.ticket)) or "-"
    raise OtherNumber(
        f"call: {call.id} was with {call.caller or 'nobody known'}; ticket {asked.number} has {numbers}: "
        "name a call with one of them, or have a lead say why this one counts",
        numbers=numbers,
    )


def is_told(asked: Asked) -> None:
    """How it is known: from a call, or as a note says."""
    if asked.wish.call_id is None:
        has_note(asked)


def is_callers_wish(asked: Asked) -> None:
    """The customer takes it back: in a call that an operator names, or as a note of others says."""
    if asked.wish.call_id is None and asked.by.parties == {Party.DESK}:
        raise BadTicket(f"call: name the call in which the customer takes ticket {asked.number} back")
    is_told(asked)


def was_tried_often(asked: Asked) -> None:
    """Nobody is given up after one try."""
    if asked.ticket.attempts < ATTEMPTS_NEEDED:
        raise NotThatFar(
            f"ticket {asked.number} was called back {asked.ticket.attempts} times without reaching anybody; "
            f"it may be given up after {ATTEMPTS_NEEDED}"
        )


def is_recent(asked: Asked) -> None:
    """Within the kind's days it is the same case."""
    closed_at = asked.ticket.closed_at
    days = asked.session.get_one(TicketKindRow, asked.ticket.kind_id).reopen_days
    if closed_at is None or closed_at + timedelta(days=days) < asked.at:
        raise TooLateToReopen(
            f"ticket {asked.number} was closed more than {days} days ago; open a new one for it"
        )


def is_alarm(asked: Asked) -> None:
    """The alarm's turn and time have come: each is raised once."""
    alarm_at = asked.ticket.alarm_at
    is_next = asked.ticket.alarms == ALARMS[asked.move] - 1
    if not is_next or alarm_at is None or asked.at < alarm_at:
        raise NotThatFar(f"ticket {asked.number} is not so late, or it was told already")


OF_THE_TICKET = frozenset(
    {is_not_own, is_time, was_tried_often, is_recent, is_alarm}
)  # the wish is not asked
