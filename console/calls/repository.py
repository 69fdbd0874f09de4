"""What the pages of one call, and the command line's list, ask the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.archived import find_original
from ledger.audit import newest_of_call
from ledger.blind_reviews import is_blind
from ledger.calls import get_call, to_call
from ledger.chain import newest_entry
from ledger.claiming import want
from ledger.conversations import list_conversations
from ledger.decisions import all_reviews
from ledger.holds import of_call as holds_of
from ledger.holds import release, set_hold
from ledger.judgements import (
    get_recording,
    get_transcript,
    newest_scorecard,
    newest_transcript,
    transcript_versions,
)
from ledger.records import Call
from ledger.secrets_told import veil_of
from ledger.states import CallState, Origin
from ledger.tables import CallRow, RecordingRow
from recorder.masking import masks_of

__all__ = [
    "all_reviews",
    "find_original",
    "get_call",
    "get_recording",
    "get_transcript",
    "holds_of",
    "is_blind",
    "list_conversations",
    "masks_of",
    "newest_entry",
    "newest_of_call",
    "newest_scorecard",
    "newest_transcript",
    "release",
    "set_hold",
    "transcript_versions",
    "veil_of",
    "want",
]

ROWS_AT_ONCE = 500  # of a list that may hold every call


def newest_calls(
    session: Session, *, flagged: bool, state: CallState | None, canaries: bool, limit: int | None
) -> Iterator[tuple[Call, float | None]]:
    """Calls with their recordings' seconds, newest first: one query, read a page at a time."""
    query = (
        select(CallRow, RecordingRow.duration_s)
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where((CallRow.origin == Origin.CANARY) == canaries)
        .order_by(CallRow.received_at.desc(), CallRow.id.desc())
        .limit(limit)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if flagged:
        query = query.where(CallRow.flag_count > 0)
    if state is not None:
        query = query.where(CallRow.state == state)
    for row, duration_s in session.execute(query):
        yield to_call(row), duration_s
