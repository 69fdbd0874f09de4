"""Repository of where recordings lie: in the spool or in the archive, and under which key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.judgements import to_recording
from ledger.records import Recording
from ledger.tables import RecordingRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Spooled:
    """What waits for the archive."""

    recordings: int
    oldest_at: datetime | None  # when the one was sealed that waits longest


def find_recording(session: Session, call_id: str) -> Recording | None:
    """The call's sealed recording, or None."""
    row = session.get(RecordingRow, call_id)
    return None if row is None else to_recording(row)


def mark_archived(session: Session, call_id: str, key_id: str | None) -> None:
    """It is safe in the archive, encrypted with that key (None: with none)."""
    values = {"archived_at": now(), "key_id": key_id}
    session.execute(update(RecordingRow).where(RecordingRow.call_id == call_id).values(**values))


def mark_spooled(session: Session, call_id: str) -> None:
    """It lies in the spool again and must go to the archive again."""
    session.execute(update(RecordingRow).where(RecordingRow.call_id == call_id).values(archived_at=None))


def spooled(session: Session) -> Spooled:
    """How many wait for the archive, and since when."""
    query = select(func.count(), func.min(RecordingRow.sealed_at)).where(RecordingRow.archived_at.is_(None))
    count, oldest_at = session.execute(query).one()
    return Spooled(recordings=count, oldest_at=oldest_at)


def spooled_recordings(session: Session) -> list[Recording]:
    """Those that wait for the archive."""
    query = select(RecordingRow).where(RecordingRow.archived_at.is_(None)).order_by(RecordingRow.sealed_at)
    return [to_recording(row) for row in session.scalars(query)]


def newest_recording(session: Session) -> Recording | None:
    """The recording that was sealed last, or None."""
    row = session.scalars(select(RecordingRow).order_by(RecordingRow.sealed_at.desc()).limit(1)).first()
    return None if row is None else to_recording(row)


def under_other_keys(session: Session, key_id: str) -> list[Recording]:
    """Encrypted recordings whose key is another one, the oldest first."""
    query = select(RecordingRow).where(RecordingRow.key_id != key_id).order_by(RecordingRow.sealed_at)
    return [to_recording(row) for row in session.scalars(query)]


def keys_in_use(session: Session) -> dict[str, int]:
    """How many recordings each key's id opens."""
    query = select(RecordingRow.key_id, func.count()).where(RecordingRow.key_id.is_not(None))
    return {key_id: count for key_id, count in session.execute(query.group_by(RecordingRow.key_id)) if key_id}
