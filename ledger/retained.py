"""Repository of what retention asks and does: which calls are old enough, and forgetting one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger import archived, blind_reviews, calls, chain, holds, later_reviews, search
from ledger.case_words import forget_words
from ledger.clip_talk import forget_clips
from ledger.clock import now
from ledger.later_parts import flagged_calls
from ledger.states import CallState, FactKey
from ledger.tables import (
    AddedFindingRow,
    CallBackRow,
    CallRow,
    CorrectionRow,
    DraftRow,
    FindingRow,
    HoldRow,
    ImportRow,
    KnowledgeSearchRow,
    LaterScorecardRow,
    OriginalRow,
    PeaksRow,
    RecordingRow,
    ReviewMarksRow,
    ReviewRow,
    ScorecardRow,
    TranscriptRow,
    UndoneRow,
    VoicemailRow,
    WaitingRow,
)

ROWS_AT_ONCE = 1000
# What statistics count and names nobody; all other facts of a deleted call go.
IMPERSONAL_FACTS = (
    FactKey.LANGUAGE,
    FactKey.LEFT_AFTER_S,
    FactKey.SURVEY_ASKED,
    FactKey.SURVEY_WHY,
    FactKey.SURVEY_MARK,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A recorded call, as the rules see it."""

    call_id: str
    path: str
    received_at: datetime
    desk: str  # the desk, or the number of a call that reached none: as its folder is called
    result: str | None
    flagged: bool | None  # the call or a later part of it; None: not judged yet


def kept_calls(session: Session, before: datetime) -> Iterator[Kept]:
    """Recorded calls from before a moment that may be deleted, the oldest first, a few in memory at once.

    Not those that are held, that a worker has, or whose recording waits for the archive.
    """
    held = select(HoldRow.id).where(HoldRow.call_id == CallRow.id, HoldRow.released_at.is_(None))
    query = (
        select(CallRow, RecordingRow.path, CallRow.id.in_(flagged_calls()))
        .join(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(CallRow.received_at < before, ~held.exists(), RecordingRow.archived_at.is_not(None))
        .where(or_(CallRow.claimed_until.is_(None), CallRow.claimed_until < now()))
        .order_by(CallRow.received_at)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row, path, is_flagged_later in session.execute(query):
        yield Kept(
            call_id=row.id,
            path=path,
            received_at=row.received_at,
            desk=row.desk or row.hotline,
            result=row.result,
            flagged=None if row.state in calls.DUE_STATES else row.flag_count > 0 or is_flagged_later,
        )


def may_go(session: Session, call_id: str) -> bool:
    """Whether it may still be deleted; if so, nobody can hold or claim it until this transaction ends."""
    row = calls.lock_call(session, call_id)
    recording = session.get(RecordingRow, call_id)
    is_claimed = row.claimed_until is not None and row.claimed_until > now()
    is_stored = recording is not None and recording.archived_at is not None
    return is_stored and not is_claimed and not holds.is_held(session, call_id)


def forget(session: Session, call_id: str) -> None:
    """Delete all that was said, heard and found in a call, and whatever is personal in its rows.

    Its files are discarded, a kept original too; the caller of this adds the tombstone.
    """
    for path in archived.paths_of(session, call_id):
        archived.discard(session, call_id, path)
    _forget_judgements(session, call_id)
    chain.forget_facts(session, call_id)
    _forget_person(session, call_id)
    for table in (RecordingRow, OriginalRow, PeaksRow):
        session.execute(delete(table).where(table.call_id == call_id))


def _forget_judgements(session: Session, call_id: str) -> None:
    cards = select(ScorecardRow.id).where(ScorecardRow.call_id == call_id)
    findings = select(FindingRow.id).where(FindingRow.scorecard_id.in_(cards))
    reviews = select(ReviewRow.id).where(ReviewRow.finding_id.in_(findings))
    session.execute(delete(UndoneRow).where(UndoneRow.review_id.in_(reviews)))
    session.execute(delete(ReviewRow).where(ReviewRow.finding_id.in_(findings)))
    session.execute(delete(FindingRow).where(FindingRow.scorecard_id.in_(cards)))
    later_reviews.forget(session, call_id)
    for blind in blind_reviews.comments_of(session, call_id):
        blind.comment = ""
    forget_words(session, call_id)
    forget_clips(session, call_id)
    for marks in session.scalars(select(ReviewMarksRow).where(ReviewMarksRow.call_id == call_id)):
        marks.comment = marks.praise = ""
    search.forget_call(session, call_id)
    of_call: tuple[tuple[type[Any], InstrumentedAttribute[str]], ...] = (
        (ScorecardRow, ScorecardRow.call_id),
        (LaterScorecardRow, LaterScorecardRow.call_id),
        (CorrectionRow, CorrectionRow.call_id),
        (AddedFindingRow, AddedFindingRow.call_id),
        (DraftRow, DraftRow.call_id),
        (TranscriptRow, TranscriptRow.call_id),
        (VoicemailRow, VoicemailRow.call_id),
        (CallBackRow, CallBackRow.call_id),
    )
    for table, column in of_call:
        session.execute(delete(table).where(column == call_id))


def _forget_person(session: Session, call_id: str) -> None:
    """Times, desk, operator, ending, score and flags stay for the statistics."""
    row = calls.lock_call(session, call_id)
    row.caller = row.sip_call_id = row.error = None
    row.marks = [{**mark, "detail": ""} for mark in row.marks]
    row.facts = {key: value for key, value in row.facts.items() if key in IMPERSONAL_FACTS}
    row.state, row.claimed_by, row.claimed_until = CallState.UNRECORDED, None, None
    session.execute(update(WaitingRow).where(WaitingRow.call_id == call_id).values(caller=None))
    session.execute(update(ImportRow).where(ImportRow.call_id == call_id).values(file=""))
    of_call = KnowledgeSearchRow.call_id == call_id
    session.execute(update(KnowledgeSearchRow).where(of_call).values(text=""))
