"""Repository of where recordings lie: in the spool or in the archive, and under which key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarResult, delete, func, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.judgements import to_recording
from ledger.records import Recording
from ledger.tables import DiscardedRow, OriginalRow, RecordingRow

AnyRow = RecordingRow | OriginalRow
SEALED_FILES: tuple[type[AnyRow], ...] = (RecordingRow, OriginalRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spooled:
    """What waits for the archive."""

    recordings: int
    oldest_at: datetime | None  # when the one was sealed that waits longest


def find_recording(session: Session, call_id: str) -> Recording | None:
    """The call's sealed recording, or None."""
    row = session.get(RecordingRow, call_id)
    return None if row is None else to_recording(row)


def find_version(session: Session, call_id: str, path: str) -> Recording | None:
    """The call's recording or its kept original, whichever lies at the path; None where neither does."""
    found = (find_recording(session, call_id), find_original(session, call_id))
    return next((version for version in found if version is not None and version.path == path), None)


def mark_archived(session: Session, recording: Recording, key_id: str | None) -> None:
    """It is safe in the archive, encrypted with that key (None: with none)."""
    _update(session, recording, archived_at=now(), key_id=key_id)


def mark_spooled(session: Session, recording: Recording) -> None:
    """It lies in the spool again and must go to the archive again."""
    _update(session, recording, archived_at=None)


def spooled(session: Session) -> Spooled:
    """How many wait for the archive, and since when."""
    found = [
        session.execute(
            select(func.count(), func.min(table.sealed_at)).where(table.archived_at.is_(None))
        ).one()
        for table in SEALED_FILES
    ]
    oldest = [oldest_at for _, oldest_at in found if oldest_at is not None]
    return Spooled(recordings=sum(count for count, _ in found), oldest_at=min(oldest, default=None))


def spooled_recordings(session: Session) -> list[Recording]:
    """Those that wait for the archive."""
    return _files(session, lambda table: table.archived_at.is_(None))


def newest_recording(session: Session) -> Recording | None:
    """The recording that was sealed last, or None."""
    row = session.scalars(select(RecordingRow).order_by(RecordingRow.sealed_at.desc()).limit(1)).first()
    return None if row is None else to_recording(row)


def under_other_keys(session: Session, key_id: str) -> list[Recording]:
    """Encrypted recordings whose key is another one, the oldest first."""
    return _files(session, lambda table: table.key_id != key_id)


def keys_in_use(session: Session) -> dict[str, int]:
    """How many recordings each key's id opens."""
    found: Counter[str] = Counter()
    for table in SEALED_FILES:
        query = select(table.key_id, func.count()).where(table.key_id.is_not(None)).group_by(table.key_id)
        found.update({str(key_id): count for key_id, count in session.execute(query)})
    return dict(found)


def discard(session: Session, call_id: str, path: str, after: timedelta = timedelta()) -> None:
    """A file has to go: the archivist removes it from the spool and the archive."""
    session.merge(DiscardedRow(path=path, call_id=call_id, at=now() + after))


def is_discarded(session: Session, path: str) -> bool:
    """Whether it has to go, now or later."""
    return session.get(DiscardedRow, path) is not None


def is_kept(session: Session, path: str) -> bool:
    """Whether it is a recording's file, or a kept original's."""
    found = (session.scalar(select(table.path).where(table.path == path).limit(1)) for table in SEALED_FILES)
    return any(found)


def discarded(session: Session) -> list[str]:
    """The paths of files that have to go now, the oldest first."""
    query = select(DiscardedRow.path).where(DiscardedRow.at <= now()).order_by(DiscardedRow.at)
    return list(session.scalars(query))


def forget_discarded(session: Session, path: str) -> None:
    """It is gone, or has to stay after all."""
    session.execute(delete(DiscardedRow).where(DiscardedRow.path == path))


def find_original(session: Session, call_id: str) -> Recording | None:
    """The recording as it was before its first mask, or None."""
    row = session.get(OriginalRow, call_id)
    return None if row is None else to_recording(row)


def keep_original(session: Session, recording: Recording) -> None:
    """Keep what is about to be masked."""
    columns = asdict(recording)
    columns.pop("levels")
    session.add(OriginalRow(**columns))


def forget_original(session: Session, call_id: str) -> None:
    """There is none any more."""
    session.execute(delete(OriginalRow).where(OriginalRow.call_id == call_id))


def paths_of(session: Session, call_id: str) -> list[str]:
    """Every file that there is of a call: the recording, its original, what has to go and is not gone yet."""
    queries = (
        *(select(table.path).where(table.call_id == call_id) for table in SEALED_FILES),
        select(DiscardedRow.path).where(DiscardedRow.call_id == call_id),
    )
    return sorted({path for query in queries for path in session.scalars(query)})


def _files(session: Session, which: Callable[[type[AnyRow]], ColumnElement[bool]]) -> list[Recording]:
    found: list[Recording] = []
    for table in SEALED_FILES:
        rows: ScalarResult[AnyRow] = session.scalars(select(table).where(which(table)))
        found += [to_recording(row) for row in rows]
    return sorted(found, key=lambda recording: recording.sealed_at)


def _update(session: Session, recording: Recording, **values: object) -> None:
    """By its path: a recording that is masked meanwhile has become the original."""
    for table in SEALED_FILES:
        of_call = table.call_id == recording.call_id
        session.execute(update(table).where(of_call, table.path == recording.path).values(**values))
