"""Repository of what was made of a recording: the recording itself, transcripts, scorecards, reviews."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import calls
from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import Evidence, Finding, Recording, Review, Scorecard, Sound, Transcript, Turn, Word
from ledger.states import Clearness, Decision, Role, Verdict
from ledger.tables import (
    FindingRow,
    OriginalRow,
    PeaksRow,
    RecordingRow,
    ReviewRow,
    ScorecardRow,
    TranscriptRow,
    UserRow,
)


def save_recording(session: Session, recording: Recording) -> None:
    """Keep a sealed recording; the same call's again replaces it."""
    columns = asdict(recording)
    levels = columns.pop("levels")
    session.merge(RecordingRow(**columns))
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
    """Keep a transcript beside the older ones; returns its id."""
    row = TranscriptRow(
        call_id=call_id,
        model=transcript.model,
        model_sha256=transcript.model_sha256,
        recording_sha256=transcript.recording_sha256,
        settings=transcript.settings,
        turns=[asdict(turn) for turn in transcript.turns],
        text="\n".join(turn.text for turn in transcript.turns),
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return row.id


def newest_transcript(session: Session, call_id: str) -> tuple[int, Transcript] | None:
    """The call's newest transcript with its id, or None."""
    query = select(TranscriptRow).where(TranscriptRow.call_id == call_id).order_by(TranscriptRow.id.desc())
    row = session.scalars(query.limit(1)).first()
    if row is None:
        return None
    return row.id, Transcript(
        model=row.model,
        model_sha256=row.model_sha256,
        recording_sha256=row.recording_sha256,
        settings=row.settings,
        turns=tuple(to_turn(turn) for turn in row.turns),
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
        created_at=now(),
    )
    session.add(row)
    session.flush()
    session.add_all(_finding_row(row.id, finding) for finding in card.findings)
    calls.note_judgement(session, call_id, card.score, card.flags)
    return row.id


def newest_scorecard(session: Session, call_id: str) -> Scorecard | None:
    """The call's newest scorecard, or None."""
    query = select(ScorecardRow).where(ScorecardRow.call_id == call_id).order_by(ScorecardRow.id.desc())
    row = session.scalars(query.limit(1)).first()
    if row is None:
        return None
    found = session.scalars(
        select(FindingRow).where(FindingRow.scorecard_id == row.id).order_by(FindingRow.id)
    )
    return Scorecard(
        pack=row.pack,
        pack_version=row.pack_version,
        score=row.score,
        flags=tuple(row.flags),
        findings=tuple(to_finding(finding) for finding in found),
    )


def save_review(session: Session, finding_id: int, user_id: int, decision: Decision, comment: str) -> None:
    """Add a decision on a finding. Raises NotFound."""
    if session.get(FindingRow, finding_id) is None:
        raise NotFound(f"there is no finding {finding_id}; load the call again")
    session.add(
        ReviewRow(finding_id=finding_id, user_id=user_id, decision=decision, comment=comment, at=now())
    )


def newest_reviews(session: Session, call_id: str) -> dict[int, Review]:
    """The newest decision on each finding of a call, by the finding's id."""
    query = (
        select(ReviewRow, UserRow.display_name)
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .join(UserRow, UserRow.id == ReviewRow.user_id)
        .where(ScorecardRow.call_id == call_id)
        .order_by(ReviewRow.id)
    )
    return {row.finding_id: _review(row, user) for row, user in session.execute(query)}


def _review(row: ReviewRow, user: str) -> Review:
    return Review(
        finding_id=row.finding_id, user=user, decision=Decision(row.decision), comment=row.comment, at=row.at
    )


def to_turn(data: dict[str, Any]) -> Turn:
    """A turn as a transcript's row keeps it."""
    words = tuple(_to_word(word) for word in data["words"])
    sound = Sound(**data["sound"]) if data.get("sound") else None
    return Turn(**{**data, "role": Role(data["role"]), "words": words, "sound": sound})


def _to_word(data: dict[str, Any]) -> Word:
    told = data.get("clearness")
    return Word(**{**data, "clearness": Clearness(told) if told else None})


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
        reason=finding.reason,
        points=finding.points,
    )


def to_finding(row: FindingRow) -> Finding:
    """A row as a record."""
    evidence = None
    if row.start_s is not None and row.end_s is not None:
        evidence = Evidence(
            start_s=row.start_s, end_s=row.end_s, text=row.text or "", likeness=row.likeness or 0.0
        )
    return Finding(
        rule=row.rule,
        verdict=Verdict(row.verdict),
        evidence=evidence,
        reason=row.reason,
        points=row.points,
        id=row.id,
    )
