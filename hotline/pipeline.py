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

from hotline.judging import conversation_of, tracks_of
from hotline.parts import read_parts
from hotline.plans import plan_of
from hotline.recognisers import Recognisers, kind_of
from hotline.trust import held_rules
from ledger import calls, claiming, judgements, later_parts, redoing, stages
from ledger.backlog import STAGE_OF
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import (
    BadAsset,
    BadPack,
    Conflict,
    DiskFull,
    HotlineError,
    MissingAsset,
    NoModel,
    PlanError,
    SettingsError,
    StorageError,
)
from ledger.records import Call, Scorecard
from ledger.settings import Settings
from ledger.signatures import claimant
from ledger.states import CallState
from qa_scoring import Conversation, judge, load_packs
from recorder.archivist import Archivist
from recorder.capture import Capture
from recorder.chain import enter_recording
from recorder.opening import Recordings
from recorder.sealing import Form, seal_call

MOST_TRIES = 3  # then a call is quarantined with its reason
# Tried again until it is mended:
NOT_THE_CALLS_FAULT = (MissingAsset, BadAsset, BadPack, PlanError, StorageError, SettingsError)
LEASE_S = 900.0  # longer than a stage takes, see `_transcribe`; then a silent worker's call is another's
PAUSE_S = 60.0  # before a failed stage is tried again

WRITE_AGAIN_S = 1.0

Written = TypeVar("Written")
Save = Callable[[Session], None]  # writes a stage's result, in the transaction that finishes it

log = structlog.get_logger(__name__)


class Pipeline:
    """Moves calls one stage at a time. Every stage can be repeated and is claimed by row.

    `far`: this machine has neither the captures nor the spool; it takes what it can reach.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        *,
        recognisers: Recognisers | None = None,
        far: bool = False,
    ) -> None:
        self._settings, self._ledger, self._far = settings, ledger, far
        self._given_recognisers = recognisers
        self._recordings, self._archivist = Recordings(settings), Archivist(settings, ledger)
        self._stages: dict[CallState, tuple[CallState, Callable[[Call], Save]]] = {
            CallState.ENDED: (CallState.RECORDED, self._seal),
            CallState.RECORDED: (CallState.TRANSCRIBED, self._transcribe),
            CallState.TRANSCRIBED: (CallState.SCORED, self._score),
        }

    @cached_property
    def recognisers(self) -> Recognisers:
        """The models, each loaded once a process, unless loaded ones were given. Raises PlanError."""
        return self._given_recognisers or Recognisers(self._settings, plan_of(self._settings))

    def advance(self, call_id: str) -> bool:
        """Do the stage of this call that is due. True where the call moved on and another stage waits.

        Every line that is logged meanwhile carries the call's id.
        """
        with bound_contextvars(call_id=call_id):
            call = self._look(call_id)
            if call.state not in self._stages or not self._claim(call):
                return False
            return self._do(call)

    def advance_next(self) -> str | None:
        """Do the stage that is most urgent of all calls'; returns the call, None where nothing is due."""
        call_id = self._claim_next()
        if call_id is not None:
            with bound_contextvars(call_id=call_id):
                self._do(self._look(call_id))
        return call_id

    def _do(self, call: Call) -> bool:
        """The stage that is due of a claimed call."""
        stage, (next_state, work) = STAGE_OF[call.state], self._stages[call.state]
        started_at, started_s = now(), time.perf_counter()
        try:
            save = work(call)
        except NoModel as error:
            why = str(error)
            return self._finish(lambda session: claiming.set_aside(session, call.id, claimant(), why), stage)
        except Exception as error:  # noqa: BLE001 - whatever a stage raises is kept with the call
            self._give_back(call.id, stage, error)
            return False
        took_s = time.perf_counter() - started_s

        def finish(session: Session) -> None:
            claiming.finish_claim(session, call.id, claimant(), next_state)
            save(session)
            stages.note_stage(session, call.id, stage, started_at, took_s)

        if not self._finish(finish, stage):
            return False
        log.info("stage_done", stage=stage, took_s=round(took_s, 3))
        if call.state is CallState.ENDED:
            self._after_seal(call.id)
        return next_state in self._stages

    def _finish(self, entry: Save, stage: str) -> bool:
        """Whether the work is kept: it is not where the claim ran out and another worker has the call."""
        try:
            self._write(entry)
        except Conflict as error:
            log.warning("work_dropped", stage=stage, cause=str(error))
            return False
        return True

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
            return claiming.claim(session, call.id, call.state, claimant(), LEASE_S)

    def _claim_next(self) -> str | None:
        with self._ledger.transaction() as session:
            due = claiming.next_due(session, MOST_TRIES, far=self._far)
            if due is None:
                return None
            call_id, state = due
            return call_id if claiming.claim(session, call_id, state, claimant(), LEASE_S) else None

    def _give_back(self, call_id: str, stage: str, error: Exception) -> None:
        said = f"{stage}: {error}"
        most_tries = None if isinstance(error, NOT_THE_CALLS_FAULT) else MOST_TRIES
        state = self._write(
            lambda session: claiming.release(
                session, call_id, claimant(), error=said, most_tries=most_tries, pause_s=PAUSE_S
            )
        )
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
        model = call.asked_model or self.recognisers.choose(kind_of(call))
        if recording.duration_s > LEASE_S:  # a second of speech never takes more than a second
            with self._ledger.transaction() as session:
                claiming.extend(session, call.id, claimant(), LEASE_S + recording.duration_s)
        transcript = self.recognisers.transcriber(model).transcribe(
            self._recordings.load(recording),
            recording_sha256=recording.sha256,
            tracks=tracks_of(call, recording),
        )

        def save(session: Session) -> None:
            judgements.save_transcript(session, call.id, transcript)
            redoing.forget_wish(session, call.id, call.asked_model)

        return save

    def _score(self, call: Call) -> Save:
        """Judge the call, and what later operators said in it."""
        with self._ledger.reading() as session:
            recording = judgements.get_recording(session, call.id)
            newest = judgements.newest_transcript(session, call.id)
            parts = read_parts(session, call)
        assert newest is not None, "a call in state transcribed has a transcript"
        transcript_id, transcript = newest
        cards = [self._judge(conversation_of(part, recording, transcript)) for part in parts]
        later = [(part.talk, card) for part, card in zip(parts, cards, strict=True) if part.talk]

        def save(session: Session) -> None:
            judgements.save_scorecard(session, call.id, transcript_id, cards[0])
            later_parts.save_parts(session, call.id, transcript_id, later)

        return save

    def _judge(self, conversation: Conversation) -> Scorecard:
        """By the pack of its desk, with what is held back of that."""
        pack = load_packs(self._settings.packs_dir).of(conversation)
        with self._ledger.reading() as session:
            held = held_rules(session, pack)
        return judge(conversation, pack, held.suspended, held.on_trial)
