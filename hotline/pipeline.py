"""The pipeline: seal, transcribe, score. The ledger says what is due; a job is only a hint to look."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from asr_models.store import require
from hotline.claims import claimant
from hotline.judging import conversation_of, desk_phrases, tracks_of
from ledger import calls, judgements
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import BadAsset, BadPack, DiskFull, HotlineError, MissingAsset, SettingsError, StorageError
from ledger.records import Call
from ledger.settings import Settings
from ledger.states import CallState
from qa_scoring import judge, load_packs
from recorder.archivist import Archivist
from recorder.capture import Capture
from recorder.chain import enter_recording
from recorder.opening import Recordings
from recorder.sealing import Form, seal_call
from transcriber.desk_language import DeskLanguage
from transcriber.transcriber import Transcriber

MOST_TRIES = 3  # then a call is quarantined with its reason
# Tried again until it is mended:
NOT_THE_CALLS_FAULT = (MissingAsset, BadAsset, BadPack, StorageError, SettingsError)
LEASE_S = 900.0  # longer than any stage takes; a dead worker's call is free again after it

WRITE_AGAIN_S = 1.0

Written = TypeVar("Written")
Save = Callable[[Session], None]  # writes a stage's result, in the transaction that finishes it

log = structlog.get_logger(__name__)


class Pipeline:
    """Moves calls one stage at a time. Every stage can be repeated and is claimed by row."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._recordings, self._archivist = Recordings(settings), Archivist(settings, ledger)
        self._stages: dict[CallState, tuple[str, CallState, Callable[[Call], Save]]] = {
            CallState.ENDED: ("seal", CallState.RECORDED, self._seal),
            CallState.RECORDED: ("transcribe", CallState.TRANSCRIBED, self._transcribe),
            CallState.TRANSCRIBED: ("score", CallState.SCORED, self._score),
        }

    @cached_property
    def transcriber(self) -> Transcriber:
        """The recogniser, loaded once a process. Raises MissingAsset, BadPack."""
        desk = DeskLanguage(phrases=desk_phrases(load_packs(self._settings.packs_dir)))
        return Transcriber(require(self._settings.model, self._settings.models_dir), desk=desk)

    def advance(self, call_id: str) -> bool:
        """Do the stage that is due. True where the call moved on and another stage waits.

        Every line that is logged meanwhile carries the call's id.
        """
        with bound_contextvars(call_id=call_id):
            return self._advance(call_id)

    def _advance(self, call_id: str) -> bool:
        call = self._look(call_id)
        if call.state not in self._stages or not self._claim(call):
            return False
        stage, next_state, work = self._stages[call.state]
        started_at, started_s = now(), time.perf_counter()
        try:
            save = work(call)
        except Exception as error:  # noqa: BLE001 - whatever a stage raises is kept with the call
            self._give_back(call_id, stage, error)
            return False
        took_s = time.perf_counter() - started_s

        def finish(session: Session) -> None:
            calls.finish_claim(session, call_id, claimant(), next_state)
            save(session)
            calls.note_stage(session, call_id, stage, started_at, took_s)

        self._write(finish)
        log.info("stage_done", stage=stage, took_s=round(took_s, 3))
        if stage == "seal":
            self._after_seal(call_id)
        return next_state in self._stages

    def finish(self, call_id: str, patience_s: float = 600.0) -> CallState:
        """Advance a call to its last state here and now, or wait while another worker does."""
        give_up_s = time.monotonic() + patience_s
        while (state := self._look(call_id).state) in self._stages and time.monotonic() < give_up_s:
            if not self.advance(call_id) and self._look(call_id).state == state:
                time.sleep(0.2)  # another worker has it, or it failed and has tries left
        return state

    def _look(self, call_id: str) -> Call:
        with self._ledger.reading() as session:
            return calls.get_call(session, call_id)

    def _claim(self, call: Call) -> bool:
        with self._ledger.transaction() as session:
            return calls.claim(session, call.id, call.state, claimant(), LEASE_S)

    def _give_back(self, call_id: str, stage: str, error: Exception) -> None:
        said = f"{stage}: {error}"
        most_tries = None if isinstance(error, NOT_THE_CALLS_FAULT) else MOST_TRIES
        state = self._write(lambda session: calls.release(session, call_id, said, most_tries))
        told = {} if isinstance(error, HotlineError) else {"exc_info": error}
        log.error("stage_failed", cause=said, state=state, **told)

    def _write(self, entry: Callable[[Session], Written]) -> Written:
        """One transaction. A ledger that cannot be written (a full disk) is waited for: the work is kept."""
        while True:
            try:
                with self._ledger.transaction() as session:
                    return entry(session)
            except (DiskFull, OperationalError) as error:
                log.warning("entry_put_off", cause=str(error))
            time.sleep(WRITE_AGAIN_S)

    def _seal(self, call: Call) -> Save:
        recording = seal_call(
            call, self._settings.capture_dir, self._settings.spool_dir, Form.of(self._settings)
        )

        def save(session: Session) -> None:
            enter_recording(session, recording)

        return save

    def _after_seal(self, call_id: str) -> None:
        """The recording is in the ledger: the capture may go, and a near archive takes it at once."""
        Capture.of_call(self._settings.capture_dir, call_id).remove()
        with self._ledger.reading() as session:
            recording = judgements.get_recording(session, call_id)
        self._archivist.put_near(recording)

    def _transcribe(self, call: Call) -> Save:
        with self._ledger.reading() as session:
            recording = judgements.get_recording(session, call.id)
        transcript = self.transcriber.transcribe(
            self._recordings.load(recording),
            recording_sha256=recording.sha256,
            tracks=tracks_of(call, recording),
        )

        def save(session: Session) -> None:
            judgements.save_transcript(session, call.id, transcript)

        return save

    def _score(self, call: Call) -> Save:
        with self._ledger.reading() as session:
            recording = judgements.get_recording(session, call.id)
            newest = judgements.newest_transcript(session, call.id)
        assert newest is not None, "a call in state transcribed has a transcript"
        transcript_id, transcript = newest
        conversation = conversation_of(call, recording, transcript)
        card = judge(
            conversation, load_packs(self._settings.packs_dir).for_desk(conversation.desk, call.hotline)
        )

        def save(session: Session) -> None:
            judgements.save_scorecard(session, call.id, transcript_id, card)

        return save
