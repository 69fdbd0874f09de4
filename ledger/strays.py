"""Repository of what does not belong together: rows without an entry in the chain, entries without rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.chain import AUDIO_KINDS, Place, Scope
from ledger.clock import now
from ledger.states import CallState
from ledger.tables import (
    CallRow,
    ChainRow,
    DiscardedRow,
    OriginalRow,
    RecordingRow,
    SealedFactsRow,
    TranscriptRow,
)

SEALED_STATES = (CallState.RECORDED, CallState.TRANSCRIBED, CallState.SCORED)

Columns = dict[str, Any]


def call_columns(session: Session, call_ids: Iterable[str]) -> dict[str, Columns]:
    """All columns of these calls' rows as they are, whatever they hold."""
    table = CallRow.__table__
    rows = session.execute(select(table).where(table.c.id.in_(list(call_ids))))
    return {row.id: dict(row._mapping) for row in rows}


def recording_columns(session: Session, call_ids: Iterable[str]) -> dict[str, Columns]:
    """All columns of these calls' recordings as they are."""
    table = RecordingRow.__table__
    rows = session.execute(select(table).where(table.c.call_id.in_(list(call_ids))))
    return {row.call_id: dict(row._mapping) for row in rows}


def original_columns(session: Session, call_ids: Iterable[str]) -> dict[str, Columns]:
    """All columns of these calls' kept originals as they are."""
    table = OriginalRow.__table__
    rows = session.execute(select(table).where(table.c.call_id.in_(list(call_ids))))
    return {row.call_id: dict(row._mapping) for row in rows}


def recordings_outside(session: Session, scope: Scope) -> list[str]:
    """Calls whose recording has no entry in the chain."""
    entered = select(ChainRow.day).where(
        ChainRow.call_id == RecordingRow.call_id, ChainRow.kind.in_(AUDIO_KINDS)
    )
    query = select(RecordingRow.call_id).where(
        ~entered.exists(), *scope.of_call(RecordingRow.call_id), *scope.of_time(RecordingRow.sealed_at)
    )
    return list(session.scalars(query.order_by(RecordingRow.call_id)))


def facts_outside(session: Session, scope: Scope) -> list[tuple[Place, str]]:
    """Places and calls of facts that no entry has."""
    entry = select(ChainRow.day).where(
        ChainRow.day == SealedFactsRow.day, ChainRow.number == SealedFactsRow.number
    )
    query = select(SealedFactsRow.day, SealedFactsRow.number, SealedFactsRow.call_id).where(
        ~entry.exists(), *scope.of_call(SealedFactsRow.call_id), *scope.of_day(SealedFactsRow.day)
    )
    return [((day, number), call_id) for day, number, call_id in session.execute(query)]


def foreign_transcripts(session: Session, scope: Scope) -> list[tuple[int, str]]:
    """Ids and calls of transcripts that were made of no recording of their call.

    A call that has no entry at all is left out: its recording is told of as such.
    """
    of_call = select(ChainRow.day).where(ChainRow.call_id == TranscriptRow.call_id)
    same_audio = of_call.where(ChainRow.audio_sha256 == TranscriptRow.recording_sha256)
    query = select(TranscriptRow.id, TranscriptRow.call_id).where(
        of_call.exists(),
        ~same_audio.exists(),
        *scope.of_call(TranscriptRow.call_id),
        *scope.of_time(TranscriptRow.created_at),
    )
    return [(id_, call_id) for id_, call_id in session.execute(query.order_by(TranscriptRow.id))]


def calls_without_recording(session: Session, scope: Scope) -> list[str]:
    """Calls that are said to be recorded, without a recording, an entry in the chain or a tombstone."""
    recording = select(RecordingRow.call_id).where(RecordingRow.call_id == CallRow.id)
    entry = select(ChainRow.day).where(ChainRow.call_id == CallRow.id)
    query = select(CallRow.id).where(
        CallRow.state.in_(SEALED_STATES),
        ~recording.exists(),
        ~entry.exists(),
        *scope.of_call(CallRow.id),
        *scope.of_time(CallRow.received_at),
    )
    return list(session.scalars(query.order_by(CallRow.id)))


def unknown_files(session: Session, call_id_by_path: dict[str, str]) -> list[str]:
    """Those paths that are no recording's, and not of a call that is being sealed or deleted just now."""
    known = {
        path
        for column in (RecordingRow.path, OriginalRow.path, DiscardedRow.path)
        for path in session.scalars(select(column).where(column.in_(call_id_by_path)))
    }
    unknown = {path: call_id for path, call_id in call_id_by_path.items() if path not in known}
    if not unknown:
        return []
    sealing = _being_sealed(session, list(unknown.values()))
    return [path for path, call_id in unknown.items() if call_id not in sealing]


def being_written(session: Session, call_ids: Iterable[str]) -> set[str]:
    """Those of the calls whose recording somebody is writing: a worker or an import, by its claim.

    Also by a claim that has run out, as one does when the clock steps: only the dead surely write no more.
    """
    written = CallRow.claimed_by.is_not(None)
    return set(session.scalars(select(CallRow.id).where(CallRow.id.in_(list(call_ids)), written)))


def _being_sealed(session: Session, call_ids: Sequence[str]) -> set[str]:
    due = or_(CallRow.state == CallState.ENDED, CallRow.claimed_until > now())
    return set(session.scalars(select(CallRow.id).where(CallRow.id.in_(call_ids), due)))
