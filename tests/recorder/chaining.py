"""A ledger with a chain of recordings, made without lines: rows, facts, files, transcripts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from ledger import calls, chain, judgements
from ledger.chain import Scope
from ledger.database import Ledger
from ledger.records import Ending, Mark, Recording, Transcript
from ledger.settings import Settings
from ledger.states import CallState, ChainKind, Place, Reason, Result
from ledger.tables import CallRow, RecordingRow
from recorder.chain import append, enter_recording
from recorder.opening import Recordings
from recorder.verifying import Report, Verifier

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The chain's clock stands still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recorder.chain.now", lambda: moment)
        yield


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A ledger and its recordings."""

    ledger: Ledger
    folder: Path  # where recordings are put: the archive's or the spool
    archive_url: str | None = None  # of an archive that is no folder

    @property
    def shelf(self) -> Recordings:
        """Where they are read."""
        return Recordings(Settings(data_dir=self.folder.parent, archive_url=self.archive_url))

    def add_call(self, call_id: str, at: datetime = NOON) -> Recording:
        """A call that has ended, and its sealed file; neither a row of it nor an entry."""
        with self.ledger.transaction() as session:
            calls.add_call(session, call_id=call_id, hotline="114", caller="13800000001", line="line-1:7")
            session.flush()
            session.get_one(CallRow, call_id).received_at = at
            calls.mark_answered(session, call_id, at + timedelta(seconds=1))
            calls.mark_ended(
                session,
                call_id,
                ending=Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.OPERATOR),
                ended_at=at + timedelta(seconds=3.5),
                marks=(Mark(place=Place.MENU, start_s=0, end_s=1.25, detail="main"),),
                desk="114",
                operator="8001",
                queue_wait_s=0.1,
                facts={"directory_number": "63012345"},
            )
        return self._write(call_id, at)

    def _write(self, call_id: str, at: datetime) -> Recording:
        path = f"{at:%Y-%m-%d}/114/{call_id}.flac"
        audio = f"fLaC {call_id}".encode() * 20
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(audio)
        return Recording(
            call_id=call_id,
            path=path,
            sha256=hashlib.sha256(audio).hexdigest(),
            duration_s=2.5,
            sample_rate_hz=8000,
            channels=2,
            sealed_at=at + timedelta(seconds=4),
        )

    def seal(self, call_id: str, at: datetime = NOON) -> Recording:
        """A call that was recorded, sealed, entered and transcribed."""
        recording = self.add_call(call_id, at)
        with clock_at(at), self.ledger.transaction() as session:
            enter_recording(session, recording)
            session.get_one(CallRow, call_id).state = CallState.TRANSCRIBED
            transcript = Transcript(
                model="small", model_sha256="0" * 64, recording_sha256=recording.sha256, turns=()
            )
            judgements.save_transcript(session, call_id, transcript)
        return recording

    def delete(self, call_id: str, at: datetime = NOON) -> None:
        """As retention will: the recording and the facts go, the tombstone stays."""
        with clock_at(at), self.ledger.transaction() as session:
            path = judgements.get_recording(session, call_id).path
            chain.forget_facts(session, call_id)
            session.execute(delete(RecordingRow).where(RecordingRow.call_id == call_id))
            append(session, ChainKind.DELETED, call_id, None, {"by": "retention", "rule": "90 days"})
        (self.folder / path).unlink()

    def verify(self, scope: Scope | None = None, heads: Path | None = None) -> Report:
        """All of it."""
        return Verifier(self.ledger, self.shelf, scope or Scope()).verify(heads)
