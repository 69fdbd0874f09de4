"""Enquiries that nobody answered become hard cases by themselves (学无止境), once a conversation.

What was searched last in a conversation is kept until it has ended and its reason (小结) was chosen, or
nobody chooses one any more. Numbers of callers are never collected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from desks.directory import hard_cases
from desks.directory.hard_cases import Asking
from ledger import conversations
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import AuditRow, ConversationRow, DirectorySearchRow
from ledger.turns import Turn, take_turns

NOT_FOUND: Final = frozenset({"unlisted", "not_found"})  # codes of reasons
NO_CASE: Final = frozenset({"found", "misdialled"})  # it was, or nobody asked
SETTLES: Final = timedelta(seconds=15)  # after the end of a conversation its last search is written
LATE_REASON: Final = timedelta(minutes=10)  # after it the reason is chosen no more
AT_ONCE: Final = 200
SHORTEST: Final = 2  # signs; one alone is the beginning of something
SHORTEST_LATIN: Final = 4  # letters


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What an operator has searched during a call."""

    call_id: str
    operator: str
    text: str
    found: int  # entries
    at: datetime


def note_searches(session: Session, searches: Iterable[Search]) -> None:
    """Keep what was searched last in conversations; what is of no conversation, or after it, is not kept."""
    take_turns(session, Turn.DIRECTORY)  # two consoles that tell of one conversation
    for search in searches:
        talk = conversations.last_of_call(session, search.call_id, search.operator)
        if talk is None or (talk.ended_at and talk.ended_at < search.at):
            continue
        row = session.get(DirectorySearchRow, talk.id)
        if row is None:
            row = DirectorySearchRow(conversation_id=talk.id, at=search.at)
            session.add(row)
        if row.at <= search.at:
            row.text, row.found, row.at = search.text[:200], search.found, search.at
    session.flush()


def collect(ledger: Ledger) -> int:
    """Make hard cases of what was not answered in conversations that are over; how many times."""
    collected = 0
    while True:
        with ledger.transaction() as session:
            take_turns(session, Turn.DIRECTORY)
            over = session.execute(_over(now())).all()
            for search, talk in over:
                collected += _collect(session, search, talk)
                session.delete(search)
        if len(over) < AT_ONCE:
            return collected


def _collect(session: Session, search: DirectorySearchRow, talk: ConversationRow) -> bool:
    text = hard_cases.without_numbers(search.text).strip(" …")
    if not _is_question(text) or hard_cases.is_kept(session, talk.call_id, talk.operator):
        return False
    if not _is_unanswered(search, talk, _given_at(session, talk)):
        return False
    asking = Asking(asked=text, call_id=talk.call_id, user=talk.operator, at=search.at)
    hard_cases.collect(session, asking)
    return True


def _is_unanswered(search: DirectorySearchRow, talk: ConversationRow, given_at: datetime | None) -> bool:
    """What the operator says of it counts most, then what was found and whether a number was given."""
    if talk.wrap_up in NOT_FOUND:
        return True
    if talk.wrap_up in NO_CASE:
        return False
    if search.found == 0:
        return given_at is None or given_at < search.at
    return talk.wrap_up is None and given_at is None


def _given_at(session: Session, talk: ConversationRow) -> datetime | None:
    """When the caller was last given a number, shown to the operator or read out; None: never."""
    acts = (AuditAction.NUMBER_SHOWN.value, AuditAction.HANDED_OVER.value)
    given = or_(AuditRow.action == acts[0], AuditRow.details.contains('"read_back"'))
    wanted = (AuditRow.call_id == talk.call_id, AuditRow.user == talk.operator, AuditRow.action.in_(acts))
    query = select(AuditRow.at).where(*wanted, given).order_by(AuditRow.number.desc()).limit(1)
    return session.scalars(query).first()


def _is_question(text: str) -> bool:
    """Whether it is words, and more than the beginning of something."""
    signs = [sign for sign in text if sign.isalpha()]
    is_long = len(signs) >= (SHORTEST_LATIN if text.isascii() else SHORTEST)
    return is_long and bool(hard_cases.sound_of(text))


def _over(at: datetime) -> Select[DirectorySearchRow, ConversationRow]:
    """Searches of conversations of which nothing more is to come."""
    is_said = and_(ConversationRow.wrap_up.is_not(None), ConversationRow.ended_at < at - SETTLES)
    return (
        select(DirectorySearchRow, ConversationRow)
        .join(ConversationRow, ConversationRow.id == DirectorySearchRow.conversation_id)
        .where(or_(is_said, ConversationRow.ended_at < at - LATE_REASON))
        .order_by(DirectorySearchRow.conversation_id)
        .limit(AT_ONCE)
    )
