"""What callers asked for and nobody found (疑难号码), and its answers: the booklet 学无止境."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.guarding import write_over
from desks.directory.sounds import syllables
from desks.directory.typed import word as typed_word
from desks.directory.typed import words_of
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, HotlineError, NotFound
from ledger.pinyin import toneless
from ledger.records import User
from ledger.tables import HardCaseAskedRow, HardCaseRow
from ledger.turns import Turn, take_turns

LONGEST_ASKED: Final = 120  # characters
COLLECTOR: Final = "hotline"  # who collects, in the audit log


class CaseState(StrEnum):
    """What became of it."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"  # no use to anybody, e.g. a slip


class CaseOrder(StrEnum):
    """What comes first in a list."""

    OFTEN = "often"  # asked most
    LATE = "late"  # asked last


class NothingAsked(HotlineError):
    """The words that were asked are missing: type what the caller asked for."""

    http_status = 422


class AnsweredMeanwhile(Conflict):
    """Somebody has answered or dropped it meanwhile: load it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HardCase:
    """One thing that was asked for, however often."""

    id: int
    asked: str  # as it was asked first
    times: int
    collected: int  # of these times: by the machine, from conversations
    first_at: datetime
    last_at: datetime
    state: CaseState
    answer: str
    entry_id: int | None  # the entry that answers it
    answered_by: str
    answered_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """One time that it was asked."""

    asked: str
    call_id: str | None
    user: str
    at: datetime
    is_collected: bool = False  # by the machine; the user is who talked


def keep(session: Session, user: User, asked: str, call_id: str | None = None) -> HardCase:
    """Keep an enquiry that found nothing; what sounds the same is counted with it.

    Asked anew, what was dropped is open again. Raises NothingAsked.
    """
    row = _count(session, Asking(asked=asked, call_id=call_id, user=user.name, at=now()))
    if row.state == CaseState.DROPPED:
        row.state = CaseState.OPEN.value
    details = {"hard_case": str(row.id), "step": "asked"}
    act = audit.Act(user=user, action=AuditAction.DIRECTORY_PROPOSED, call_id=call_id, details=details)
    audit.write(session, act)
    return _case(row)


def collect(session: Session, asking: Asking) -> HardCase:
    """Count an enquiry that nobody kept by hand; what was dropped stays so. Raises NothingAsked."""
    row = _count(session, replace(asking, is_collected=True))
    details = {"hard_case": str(row.id), "step": "collected"}
    act = audit.Act(
        user=COLLECTOR, action=AuditAction.DIRECTORY_PROPOSED, call_id=asking.call_id, details=details
    )
    audit.write(session, act)
    return _case(row)


def is_kept(session: Session, call_id: str, user: str) -> bool:
    """Whether something that this operator was asked in a call is among the cases already."""
    wanted = (HardCaseAskedRow.call_id == call_id, HardCaseAskedRow.user == user)
    return session.scalars(select(HardCaseAskedRow.id).where(*wanted).limit(1)).first() is not None


def _count(session: Session, asking: Asking) -> HardCaseRow:
    """The case with one time more, a new one where nobody has asked that."""
    words, at = asking.asked.strip()[:LONGEST_ASKED], asking.at
    sound = sound_of(words)
    if not sound:
        raise NothingAsked("there is nothing in what was asked; type the words of the caller")
    take_turns(session, Turn.DIRECTORY)  # two who ask the same at once are one case
    row = session.scalars(select(HardCaseRow).where(HardCaseRow.sound == sound)).first()
    if row is None:
        row = HardCaseRow(
            asked=words,
            sound=sound,
            times=0,
            collected=0,
            first_at=at,
            last_at=at,
            state=CaseState.OPEN.value,
            answer="",
            answered_by="",
            version=0,
        )
        session.add(row)
    row.times, row.last_at, row.version = row.times + 1, max(row.last_at, at), row.version + 1
    row.collected += asking.is_collected
    session.flush()
    session.add(
        HardCaseAskedRow(
            case_id=row.id,
            asked=words,
            call_id=asking.call_id,
            is_collected=asking.is_collected,
            user=asking.user,
            at=at,
        )
    )
    return row


def sound_of(text: str) -> str:
    """The words of a text as the search reads them: 市一医院, 是一医院 and shiyiyiyuan are the same."""
    return " ".join(syllable for typed in words_of(text) for syllable in _syllables(typed))


def without_numbers(text: str) -> str:
    """A text in which no telephone number can be read: what is printed and passed on."""
    return _NUMBER.sub("…", text)


def get(session: Session, case_id: int) -> HardCase:
    """Raises NotFound."""
    row = session.get(HardCaseRow, case_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no hard case {case_id}; /directory/hard-cases lists them")
    return _case(row)


def askings_of(session: Session, case_id: int, limit: int = 50) -> list[Asking]:
    """The newest first."""
    query = select(HardCaseAskedRow).where(HardCaseAskedRow.case_id == case_id)
    return [
        Asking(asked=row.asked, call_id=row.call_id, user=row.user, at=row.at, is_collected=row.is_collected)
        for row in session.scalars(query.order_by(HardCaseAskedRow.id.desc()).limit(limit))
    ]


def list_of(
    session: Session,
    state: CaseState = CaseState.OPEN,
    order: CaseOrder = CaseOrder.OFTEN,
    *,
    skip: int = 0,
    limit: int = 100,
) -> list[HardCase]:
    """Those in a state, all but the first so many."""
    query = select(HardCaseRow).where(HardCaseRow.state == state.value).order_by(*_ORDERS[order])
    return [_case(row) for row in session.scalars(query.offset(skip).limit(limit))]


def answer_to(session: Session, asked: str) -> HardCase | None:
    """The answered case that sounds like what is asked, if there is one."""
    wanted = (HardCaseRow.sound == sound_of(asked), HardCaseRow.state == CaseState.ANSWERED.value)
    row = session.scalars(select(HardCaseRow).where(*wanted)).first()
    return _case(row) if row else None


def answered_between(session: Session, since: datetime, until: datetime) -> list[HardCase]:
    """What was answered within a time, in that order; `until` is the first moment after."""
    wanted = (HardCaseRow.answered_at >= since, HardCaseRow.answered_at < until)
    answered = HardCaseRow.state == CaseState.ANSWERED.value
    return [_case(row) for row in session.scalars(_BY_ANSWER.where(*wanted, answered))]


def search(session: Session, words: str, limit: int = 100) -> list[HardCase]:
    """Answered and open cases that have the words in what was asked or answered, or sound like them."""
    conditions = [
        HardCaseRow.asked.contains(words, autoescape=True),
        HardCaseRow.answer.contains(words, autoescape=True),
    ]
    sound = sound_of(words)
    if sound:
        conditions.append(HardCaseRow.sound.contains(sound, autoescape=True))
    query = _BY_ANSWER.where(or_(*conditions), HardCaseRow.state != CaseState.DROPPED.value)
    return [_case(row) for row in session.scalars(query.limit(limit))]


def answer(session: Session, user: User, case: HardCase, note: str, entry_id: int | None) -> None:
    """Say what it is, by an entry, a note or both. Raises NotFound, NothingAsked, AnsweredMeanwhile."""
    if not note.strip() and entry_id is None:
        raise NothingAsked("an answer is an entry or a note; fill in one of them")
    if entry_id is not None:
        entries.get(session, entry_id)
    values = {"answer": note.strip(), "entry_id": entry_id, "answered_by": user.name, "answered_at": now()}
    _move(session, user, case, CaseState.ANSWERED, **values)


def drop(session: Session, user: User, case: HardCase) -> None:
    """It is of no use to anybody. Raises AnsweredMeanwhile."""
    _move(session, user, case, CaseState.DROPPED)


def _move(session: Session, user: User, case: HardCase, state: CaseState, **values: object) -> None:
    unchanged = (HardCaseRow.id == case.id, HardCaseRow.version == case.version)
    values |= {"state": state.value, "version": case.version + 1}
    if not write_over(session, HardCaseRow, *unchanged, values=values):
        raise AnsweredMeanwhile(f"hard case {case.id} was answered or asked anew meanwhile; load it again")
    details = {"hard_case": str(case.id), "step": state.value}
    audit.write(session, audit.Act(user=user, action=AuditAction.DIRECTORY_DECIDED, details=details))


def _syllables(word: str) -> list[str]:
    """Of characters theirs; of letters those that they spell, where they spell nothing else."""
    if not _LETTERS.fullmatch(word):
        return toneless(word)
    way = typed_word(word).ways[0]
    if all(unit.is_whole for unit in way):
        return [syllables()[unit.low] for unit in way]
    return [word]


_LETTERS = re.compile("[a-zü']+")
_NUMBER = re.compile(r"\+?\d(?:[\s()-]{0,2}\d){6,}")  # as it is written, with signs between its digits
_ORDERS: Final[dict[CaseOrder, tuple[Any, ...]]] = {
    CaseOrder.OFTEN: (HardCaseRow.times.desc(), HardCaseRow.last_at.desc()),
    CaseOrder.LATE: (HardCaseRow.last_at.desc(), HardCaseRow.id.desc()),
}
_BY_ANSWER = select(HardCaseRow).order_by(HardCaseRow.answered_at, HardCaseRow.id)


def _case(row: HardCaseRow) -> HardCase:
    return HardCase(
        id=row.id,
        asked=row.asked,
        times=row.times,
        collected=row.collected,
        first_at=row.first_at,
        last_at=row.last_at,
        state=CaseState(row.state),
        answer=row.answer,
        entry_id=row.entry_id,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        version=row.version,
    )
