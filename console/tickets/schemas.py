"""What forms and programs send of tickets, and what programs are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from console.errors import BadInput
from console.texts import HIGHEST_ID, Number, check_signs, check_year, checked, whole_number
from console.words import N_
from desks.tickets import (
    Channel,
    Cursor,
    Move,
    Nature,
    Opening,
    OverdueReason,
    PauseReason,
    Queue,
    Step,
    Ticket,
    TicketState,
    Wanted,
    Wish,
)
from desks.tickets.opening import LONGEST

LONGEST_NOTE = 2000
LONGEST_NUMBER = 40
LONGEST_REASON = 300
NO_FIELDS: Mapping[str, str] = {}
Choice = TypeVar("Choice", bound=StrEnum)


class Typed(dict[str, str]):
    """What was typed into a form that was refused; what was not is empty."""

    def __missing__(self, _name: str) -> str:
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveWish:
    """A move as somebody wants it."""

    move: Move
    version: int
    wish: Wish


class MoveOrder(BaseModel):
    """A move for programs. Which fields it needs, the move says; `until` is RFC 3339 with its zone."""

    move: Move
    version: Number = Field(description="what was seen of the ticket")
    note: str = ""
    call_id: str | None = None
    branch_id: Number | None = None
    crew_id: Number | None = None
    until: datetime | None = None
    pause_reason: PauseReason | None = None
    cause_id: Number | None = None
    overdue_reason: OverdueReason | None = None
    call_reason: str = Field(default="", description="of a lead: why a call with another number counts")


class OpeningOrder(BaseModel):
    """A matter that programs bring in."""

    kind_id: Number
    service: str
    channel: Channel = Channel.WEB
    line: str = ""
    caller: str = ""
    contact: str = ""
    text: str = ""
    call_id: str | None = None


class StepDocument(BaseModel):
    """One step."""

    version: int
    at: datetime
    who: str
    move: Move
    from_state: TicketState | None
    to_state: TicketState
    note: str
    call_id: str | None


class TicketDocument(BaseModel):
    """A ticket for programs."""

    number: str
    version: int
    state: TicketState
    kind_id: int
    nature: Nature
    desk: str
    service: str
    channel: Channel
    line: str
    caller: str
    contact: str
    text: str
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    arranged_until: datetime | None
    branch_id: int | None
    crew_id: int | None
    cause_id: int | None
    solved_at: datetime | None
    handled_minutes: int | None
    late_minutes: int | None
    overdue_reason: OverdueReason | None
    closed_at: datetime | None
    satisfied: bool | None
    urged: int
    reopened: int


class TicketWithSteps(TicketDocument):
    """The same with every step."""

    steps: list[StepDocument]


class ReportedDocument(BaseModel):
    """What became of a matter that was brought in; the ticket itself where it is of a desk of yours."""

    became: str
    number: str
    ticket: TicketDocument | None


class TicketPage(BaseModel):
    """Some tickets; `after` asks for the next ones."""

    tickets: list[TicketDocument]
    after: str | None


class KindDocument(BaseModel):
    """A kind that tickets may be of."""

    id: int
    desk: str
    nature: Nature
    name: str
    limit_minutes: int


def read_move(fields: Mapping[str, str], zone: tzinfo) -> MoveWish:
    """A move from a form. Raises BadInput."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    check_signs("the step", "".join(given.values()))
    wish = Wish(
        note=checked("note", given.get("note", ""), LONGEST_NOTE),
        call_id=checked("call_id", given["call_id"], LONGEST_NUMBER) if "call_id" in given else None,
        branch_id=_number(given, "branch_id"),
        crew_id=_number(given, "crew_id"),
        until=_moment(given.get("until"), zone),
        pause_reason=_choice(given, "pause_reason", PauseReason),
        cause_id=_number(given, "cause_id"),
        overdue_reason=_choice(given, "overdue_reason", OverdueReason),
        call_reason=checked("call_reason", given.get("call_reason", ""), LONGEST_REASON),
    )
    move, version = _choice(given, "move", Move), _number(given, "version")
    if move is None or version is None:
        raise BadInput("move: the form is not whole; load the page again")
    return MoveWish(move=move, version=version, wish=wish)


def order_wish(order: MoveOrder) -> MoveWish:
    """A move from a program. Raises BadInput."""
    if order.until is not None and order.until.tzinfo is None:
        raise BadInput("until: write the moment with its zone, such as 2026-12-01T09:00:00+08:00")
    note = checked("note", order.note, LONGEST_NOTE)
    call_id = checked("call_id", order.call_id, LONGEST_NUMBER) if order.call_id else None
    reason = checked("call_reason", order.call_reason, LONGEST_REASON)
    rest = order.model_dump(exclude={"move", "version", "note", "call_id", "call_reason"})
    wish = Wish(note=note, call_id=call_id, call_reason=reason, **rest)
    return MoveWish(move=order.move, version=order.version, wish=wish)


def read_opening(fields: Mapping[str, str], *, call_id: str | None, caller: str, channel: Channel) -> Opening:
    """A new ticket from a form. Raises BadInput."""
    given = {name: fields.get(name, "") for name in ("service", "line", "contact", "text")}
    told = {name: checked(name, value, LONGEST[name]) for name, value in given.items()}
    kind_id = _number(fields, "kind_id")
    if kind_id is None:
        raise BadInput("kind_id: choose the kind", N_("请选择类别。"))
    return Opening(kind_id=kind_id, channel=channel, call_id=call_id, caller=caller, **told)


def order_opening(order: OpeningOrder) -> Opening:
    """A new ticket from a program. Raises BadInput."""
    texts = {name: checked(name, getattr(order, name), longest) for name, longest in LONGEST.items()}
    call_id = checked("call_id", order.call_id, LONGEST_NUMBER) if order.call_id else None
    return Opening(kind_id=order.kind_id, channel=order.channel, call_id=call_id, **texts)


def read_wanted(fields: Mapping[str, str], *, user_id: int, desks: frozenset[str], default: Queue) -> Wanted:
    """Which tickets somebody looks for. Raises BadInput."""
    return Wanted(
        queue=_choice(fields, "queue", Queue) or default,
        user_id=user_id,
        desks=desks,
        nature=_choice(fields, "nature", Nature),
        branch_id=_number(fields, "branch"),
        crew_id=_number(fields, "crew"),
        is_reopened=fields.get("reopened") == "yes",
        text=checked("text", fields.get("text", ""), 64),
    )


def read_cursor(text: str) -> Cursor | None:
    """Where a page begins. Raises BadInput."""
    if not text:
        return None
    moment, _, row_id = text.partition("~")
    try:
        at, last = datetime.fromisoformat(moment), int(row_id)
    except ValueError:
        raise BadInput("after: take it from the page before as it is") from None
    if at.tzinfo is None or not 0 < last <= HIGHEST_ID:
        raise BadInput("after: take it from the page before as it is")
    check_year(at, "after")
    return Cursor(at=at, id=last)


def cursor_text(cursor: Cursor | None) -> str | None:
    """The same as text."""
    return f"{cursor.at.isoformat()}~{cursor.id}" if cursor else None


def ticket_document(ticket: Ticket, at: datetime) -> TicketDocument:
    """A ticket for programs."""
    return TicketDocument(**_fields(ticket, at))


def ticket_with_steps(ticket: Ticket, steps: list[Step], at: datetime) -> TicketWithSteps:
    """The same with its steps."""
    told = [
        StepDocument(**{name: getattr(step, name) for name in StepDocument.model_fields}) for step in steps
    ]
    return TicketWithSteps(**_fields(ticket, at), steps=told)


def _fields(ticket: Ticket, at: datetime) -> dict[str, Any]:
    names = [name for name in TicketDocument.model_fields if name != "is_overdue"]
    return {name: getattr(ticket, name) for name in names} | {"is_overdue": ticket.is_overdue(at)}


def _number(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    found = whole_number(text)
    if found is None:
        raise BadInput(f"{name}: choose one of the list")
    return found


def _choice(fields: Mapping[str, str], name: str, kind: type[Choice]) -> Choice | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        raise BadInput(f"{name}: choose one of {', '.join(kind)}") from None


def _moment(text: str | None, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("until: choose a day and a time", N_("请选择预约的日期和时间。")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
