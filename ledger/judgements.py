"""Repository of what was made of a recording: the recording itself, transcripts, scorecards, reviews."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from ledger import calls, search, webhooks
from ledger.clock import now
from ledger.decisions import newest_reviews, save_review
from ledger.errors import NotFound
from ledger.records import Evidence, Finding, Recording, Scorecard, Transcript
from ledger.redaction.finding import FINDER
from ledger.secrets_told import secrets_in
from ledger.states import Verdict
from ledger.tables import (
    FindingRow,
    OriginalRow,
    PeaksRow,
    RecordingRow,
    ScorecardRow,
    TranscriptRow,
)
from ledger.turn_rows import to_turn

__all__ = [
    "TranscriptVersion",
    "find_peaks",
    "get_recording",
    "get_transcript",
    "newest_reviews",
    "newest_scorecard",
    "newest_transcript",
    "save_peaks",
    "save_recording",
    "save_review",
    "save_scorecard",
    "save_transcript",
    "to_finding",
    "to_recording",
    "transcript_versions",
]

_NEWEST_TRANSCRIPT = (
    select(TranscriptRow)
    .where(TranscriptRow.call_id == bindparam("of"))
    .order_by(TranscriptRow.id.desc())
    .limit(1)
)
_NEWEST_SCORECARD = (
    select(ScorecardRow)
    .where(ScorecardRow.call_id == bindparam("of"))
    .order_by(ScorecardRow.id.desc())
    .limit(1)
)
_FINDINGS = (
    select(FindingRow.__table__).where(FindingRow.scorecard_id == bindparam("of")).order_by(FindingRow.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptVersion:
    """One of a call's transcripts, and what made it."""

    id: int
    model: str
    model_sha256: str
    recording_sha256: str
    settings: dict[str, str]
    created_at: datetime
    is_judged: bool  # a scorecard rests on it


def save_recording(session: Session, recording: Recording) -> None:
    """Keep a sealed recording; the same call's again replaces it."""
    columns = asdict(recording)
    levels = columns.pop("levels")
    session.merge(RecordingRow(**columns))
    calls.note_length(session, recording.call_id, recording.duration_s)
    if levels:
        session.flush()
        save_peaks(session, recording, levels)


def get_recording(session: Session, call_id: str) -> Recording:
    """The call's sealed recording. Raises NotFound."""
    row = session.get(RecordingRow, call_id)
    if row is None:
        raise NotFound(f"call {call_id} has no recording; `hotline show {call_id}` says why")
    return to_recording(row)


def to_recording(row: RecordingRow | OriginalRow) -> Recording:
    """A row as a record."""
    columns = RecordingRow.__table__.columns.keys()
    return Recording(**{name: getattr(row, name) for name in columns})


def save_peaks(session: Session, recording: Recording, levels: bytes) -> None:
    """Keep what the waveform is drawn from."""
    session.merge(PeaksRow(call_id=recording.call_id, sha256=recording.sha256, levels=levels))


def find_peaks(session: Session, recording: Recording) -> bytes | None:
    """The levels of this very recording, or None where there are none yet."""
    row = session.get(PeaksRow, recording.call_id)
    return row.levels if row is not None and row.sha256 == recording.sha256 else None


def save_transcript(session: Session, call_id: str, transcript: Transcript) -> int:
    """Keep a transcript beside the older ones, with its secrets; from now on it is searched. Its id."""
    row = TranscriptRow(
        call_id=call_id,
        model=transcript.model,
        model_sha256=transcript.model_sha256,
        recording_sha256=transcript.recording_sha256,
        settings=transcript.settings,
        turns=[asdict(turn) for turn in transcript.turns],
        text="\n".join(turn.text for turn in transcript.turns),
        secrets=secrets_in(transcript.turns, calls.get_call(session, call_id).facts),
        finder=FINDER,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    search.index_call(session, call_id)
    return row.id


def newest_transcript(session: Session, call_id: str) -> tuple[int, Transcript] | None:
    """The call's newest transcript with its id, or None."""
    row = session.scalars(_NEWEST_TRANSCRIPT, {"of": call_id}).first()
    return None if row is None else (row.id, _transcript(row))


def get_transcript(session: Session, call_id: str, transcript_id: int) -> Transcript:
    """One version of what was heard in a call. Raises NotFound."""
    row = session.get(TranscriptRow, transcript_id)
    if row is None or row.call_id != call_id:
        raise NotFound(f"call {call_id} has no transcript {transcript_id}; its page lists those that it has")
    return _transcript(row)


def _transcript(row: TranscriptRow) -> Transcript:
    return Transcript(
        model=row.model,
        model_sha256=row.model_sha256,
        recording_sha256=row.recording_sha256,
        settings=row.settings,
        turns=tuple(to_turn(turn) for turn in row.turns),
    )


def transcript_versions(session: Session, call_id: str) -> tuple[TranscriptVersion, ...]:
    """All transcripts of a call without their words, the newest first."""
    found = session.execute(_versions(), {"of": call_id})
    return tuple(TranscriptVersion(**row) for row in found.mappings())


@cache
def _versions() -> Select[Any]:
    judged = select(ScorecardRow.id).where(ScorecardRow.transcript_id == TranscriptRow.id).exists()
    columns = TranscriptRow.__table__.c
    return (
        select(
            *(columns.id, columns.model, columns.model_sha256, columns.recording_sha256, columns.settings),
            *(columns.created_at, judged.label("is_judged")),
        )
        .where(TranscriptRow.call_id == bindparam("of"))
        .order_by(TranscriptRow.id.desc())
    )


def save_scorecard(session: Session, call_id: str, transcript_id: int, card: Scorecard) -> int:
    """Keep a scorecard beside the older ones and copy its sum into the call; returns its id."""
    row = ScorecardRow(
        call_id=call_id,
        transcript_id=transcript_id,
        pack=card.pack,
        pack_version=card.pack_version,
        score=card.score,
        flags=list(card.flags),
        limits=dict(card.limits),
        created_at=now(),
    )
    session.add(row)
    session.flush()
    session.add_all(_finding_row(row.id, finding) for finding in card.findings)
    if calls.note_judgement(session, call_id, card):
        webhooks.announce(session, webhooks.Event.FLAGGED, call_id)
    return row.id


def newest_scorecard(session: Session, call_id: str, transcript_id: int | None = None) -> Scorecard | None:
    """The call's newest scorecard, or None; of one transcript where that is asked."""
    query = _NEWEST_SCORECARD
    if transcript_id is not None:
        query = query.where(ScorecardRow.transcript_id == transcript_id)
    row = session.scalars(query, {"of": call_id}).first()
    if row is None:
        return None
    found = session.execute(_FINDINGS, {"of": row.id})
    return Scorecard(
        pack=row.pack,
        pack_version=row.pack_version,
        score=row.score,
        flags=tuple(row.flags),
        limits=dict(row.limits),
        findings=tuple(to_finding(finding) for finding in found),
    )


def _finding_row(scorecard_id: int, finding: Finding) -> FindingRow:
    evidence = finding.evidence
    return FindingRow(
        scorecard_id=scorecard_id,
        rule=finding.rule,
        verdict=finding.verdict,
        start_s=evidence.start_s if evidence else None,
        end_s=evidence.end_s if evidence else None,
        text=evidence.text if evidence else None,
        likeness=evidence.likeness if evidence else None,
        phrase=evidence.phrase if evidence else "",
        sound=evidence.sound if evidence else "",
        more=[asdict(each) for each in finding.more],
        reason=finding.reason,
        points=finding.points,
        rule_hash=finding.rule_hash,
        held=finding.held,
        dimension=finding.dimension,
        is_fatal=finding.is_fatal,
    )


def to_finding(row: FindingRow | Row[Any]) -> Finding:
    """A row as a record, be it one of the table alone."""
    evidence = None
    if row.start_s is not None and row.end_s is not None:
        evidence = Evidence(
            start_s=row.start_s,
            end_s=row.end_s,
            text=row.text or "",
            likeness=row.likeness or 0.0,
            phrase=row.phrase,
            sound=row.sound,
        )
    return Finding(
        rule=row.rule,
        verdict=Verdict(row.verdict),
        evidence=evidence,
        reason=row.reason,
        points=row.points,
        rule_hash=row.rule_hash,
        held=row.held,
        dimension=row.dimension,
        is_fatal=row.is_fatal,
        more=tuple(Evidence(**each) for each in row.more),
        id=row.id,
    )
