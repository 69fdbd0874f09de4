"""What training asks of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.blind_reviews import blind_calls, is_blind
from ledger.canaries import not_canary
from ledger.clip_talk import add_note, marks_of, notes_of, set_marks, withdraw_note
from ledger.decisions import stands
from ledger.judgements import get_recording, newest_transcript, to_finding
from ledger.records import Finding, User
from ledger.scopes import require_visible, visible_calls
from ledger.secrets_told import veils_of
from ledger.states import Decision, Verdict
from ledger.tables import CallRow, FindingRow, RecordingRow, ReviewRow, ScorecardRow
from ledger.teams import list_teams
from ledger.training import (
    add_clip,
    add_playlist,
    clips_of,
    get_clip,
    get_playlist,
    list_playlists,
    move_clip,
    remove_clip,
    set_closed,
)

__all__ = [
    "add_clip",
    "add_note",
    "add_playlist",
    "clips_of",
    "confirmed_failures",
    "get_clip",
    "get_playlist",
    "get_recording",
    "is_blind",
    "list_playlists",
    "list_teams",
    "marks_of",
    "move_clip",
    "newest_transcript",
    "notes_of",
    "remove_clip",
    "require_visible",
    "set_closed",
    "set_marks",
    "veils_of",
    "withdraw_note",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """A failed finding that people confirmed."""

    call_id: str
    length_s: float  # of the call's recording
    finding: Finding


def confirmed_failures(
    session: Session, user: User, since: datetime, until: datetime, *, limit: int
) -> list[Confirmed]:
    """Failed findings of somebody's calls that people confirmed in a time, newest first.

    Only those that can be heard: with evidence in words, and a recording.
    """
    newest = select(func.max(ReviewRow.id)).where(stands()).group_by(ReviewRow.finding_id)
    query = (
        select(ScorecardRow.call_id, RecordingRow.duration_s, FindingRow)
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .join(ReviewRow, ReviewRow.finding_id == FindingRow.id)
        .join(CallRow, CallRow.id == ScorecardRow.call_id)
        .join(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(
            ReviewRow.id.in_(newest),
            ReviewRow.decision == Decision.CONFIRMED,
            ReviewRow.at >= since,
            ReviewRow.at < until,
            FindingRow.verdict == Verdict.FAIL,
            visible_calls(user),
            not_canary(),
            CallRow.id.not_in(blind_calls(user.id)),
        )
        .order_by(ReviewRow.id.desc())
        .limit(limit)
    )
    found = (
        Confirmed(call_id=call_id, length_s=length_s, finding=to_finding(row))
        for call_id, length_s, row in session.execute(query)
    )
    return [one for one in found if one.finding.evidence and one.finding.evidence.text]
