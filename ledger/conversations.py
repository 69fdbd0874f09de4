"""Repository of conversations: who talked to whom at which desk, and with which reason it was wrapped up.

What was sealed with a call must not change any more, and an operator chooses the reason (小结) after the call
as often as before its end: so the reason is kept here, and no fact of the call's row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ledger import call_wishes
from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import Facts, Mark
from ledger.states import Origin, Place
from ledger.tables import CallRow, ConversationRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What was known of a caller when the operator picked up."""

    marks: tuple[Mark, ...]  # the way so far
    facts: Facts  # what was keyed in
    language: str
    waited_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A caller and one operator."""

    id: int
    call_id: str
    desk: str
    operator: str
    began_at: datetime
    ended_at: datetime | None  # None: they talk
    known: Known
    wrap_up: str | None  # the reason's code


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierCall:
    """An earlier call of a number, as far as any operator may know of it."""

    received_at: datetime
    hotline: str
    desk: str | None
    wrap_up: str | None  # of its last conversation


def begin(session: Session, call_id: str, *, desk: str, operator: str, known: Known) -> None:
    """The operator has picked up."""
    session.add(
        ConversationRow(call_id=call_id, desk=desk, operator=operator, began_at=now(), known=asdict(known))
    )


def end(session: Session, call_id: str, *, at: datetime | None = None) -> None:
    """They talk no more; harmless where that is so already. Wishes that nobody took are too late."""
    session.execute(
        update(ConversationRow)
        .where(ConversationRow.call_id == call_id, ConversationRow.ended_at.is_(None))
        .values(ended_at=at or now())
    )
    call_wishes.settle_left(session, call_id)


def wrap_up(session: Session, call_id: str, operator: str, code: str) -> Conversation:
    """Keep the reason of an operator's last conversation in a call. Raises NotFound."""
    row = _last_row(session, call_id, operator)
    if row is None:
        raise NotFound(f"operator {operator} had no conversation in call {call_id!r}; load the page anew")
    row.wrap_up, row.wrapped_up_at = code, now()
    return _conversation(row)


def last_of_call(session: Session, call_id: str, operator: str) -> Conversation | None:
    """An operator's last conversation in a call."""
    row = _last_row(session, call_id, operator)
    return _conversation(row) if row else None


def last_of_operator(session: Session, operator: str) -> Conversation | None:
    """The newest conversation of an operator, which may have ended."""
    query = select(ConversationRow).where(ConversationRow.operator == operator)
    row = session.scalars(query.order_by(ConversationRow.id.desc()).limit(1)).first()
    return _conversation(row) if row else None


def list_conversations(session: Session, call_id: str) -> list[Conversation]:
    """A call's conversations, one after the other."""
    query = select(ConversationRow).where(ConversationRow.call_id == call_id).order_by(ConversationRow.id)
    return [_conversation(row) for row in session.scalars(query)]


def earlier_calls(session: Session, caller: str | None, *, but: str, most: int = 5) -> list[EarlierCall]:
    """The newest calls of a number but one; none of callers who show no number."""
    if not caller or not caller.removeprefix("+").isdigit():
        return []  # all anonymous callers would be one
    query = (
        select(CallRow.id, CallRow.received_at, CallRow.hotline, CallRow.desk)
        .where(CallRow.caller == caller, CallRow.id != but, CallRow.origin == Origin.SIP)
        .order_by(CallRow.received_at.desc(), CallRow.id.desc())
        .limit(most)
    )
    rows = list(session.execute(query))
    reasons = _reasons_of(session, [row.id for row in rows])
    return [
        EarlierCall(
            received_at=row.received_at, hotline=row.hotline, desk=row.desk, wrap_up=reasons.get(row.id)
        )
        for row in rows
    ]


def count_wrap_ups(session: Session, since: datetime, until: datetime) -> dict[tuple[str, str | None], int]:
    """How many conversations of a period, by when they began, had each reason: by desk and code.

    None stands for those that nobody gave a reason. Canary calls are not counted.
    """
    query = (
        select(ConversationRow.desk, ConversationRow.wrap_up, func.count())
        .join(CallRow, CallRow.id == ConversationRow.call_id)
        .where(ConversationRow.began_at >= since, ConversationRow.began_at < until)
        .where(CallRow.origin == Origin.SIP)
        .group_by(ConversationRow.desk, ConversationRow.wrap_up)
    )
    return {(desk, code): count for desk, code, count in session.execute(query)}


def _reasons_of(session: Session, call_ids: Collection[str]) -> Mapping[str, str | None]:
    """By call, those of the last conversations."""
    query = select(ConversationRow.call_id, ConversationRow.wrap_up).where(
        ConversationRow.call_id.in_(call_ids)
    )
    rows = session.execute(query.order_by(ConversationRow.id))
    return {row.call_id: row.wrap_up for row in rows}


def _last_row(session: Session, call_id: str, operator: str) -> ConversationRow | None:
    query = select(ConversationRow).where(
        ConversationRow.call_id == call_id, ConversationRow.operator == operator
    )
    return session.scalars(query.order_by(ConversationRow.id.desc()).limit(1)).first()


def _conversation(row: ConversationRow) -> Conversation:
    known = row.known
    marks = (Mark(**{**mark, "place": Place(mark["place"])}) for mark in known["marks"])
    return Conversation(
        id=row.id,
        call_id=row.call_id,
        desk=row.desk,
        operator=row.operator,
        began_at=row.began_at,
        ended_at=row.ended_at,
        known=Known(
            marks=tuple(marks),
            facts=known["facts"],
            language=known["language"],
            waited_s=known["waited_s"],
        ),
        wrap_up=row.wrap_up,
    )
