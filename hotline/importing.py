"""Recordings made elsewhere become calls like any other, each file once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from console.calls.documents import call_document
from console.calls.service import open_call
from hotline.intake.orders import Order
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from ledger import calls, claiming, imports
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import BadRecording
from ledger.imports import Import, Told
from ledger.records import Call, Facts, Recording
from ledger.settings import Settings
from ledger.signatures import claimant, is_dead
from ledger.states import CallState
from recorder.archivist import Archivist
from recorder.chain import enter_recording
from recorder.foreign import fingerprint, read_foreign, shown
from recorder.sealing import Form, seal

LOOK_AGAIN_S = 0.2  # while another import seals the same file


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What became of one file."""

    document: dict[str, Any]  # the contract's shape
    is_new: bool = True  # False: the same bytes were imported before, and this is their call

    @property
    def error(self) -> str | None:
        """Why there is no call, or what went wrong in a later stage."""
        error: str | None = self.document["error"]
        return error


class Importer:
    """Seals files of others and hands them to the pipeline."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._pipeline = Pipeline(settings, ledger)
        self._jobs = Jobs(settings)
        self._archivist = Archivist(settings, ledger)
        self._worker = claimant()

    def check_model(self) -> None:
        """A missing model is told before anything is imported. Raises MissingAsset."""
        self._pipeline.recognisers.require_one()

    def bring(self, order: Order, *, wait: bool) -> Brought:
        """Import one file, or find the call that it is already; what cannot be read is told in `error`."""
        try:
            call_id, is_new = self._call_of(order)
        except BadRecording as error:
            return Brought(document=refused(shown(order.file), str(error)))
        if wait:
            self._pipeline.finish(call_id)
        elif is_new:
            self._jobs.announce(call_id)
        return Brought(document={"file": shown(order.file), **self._document(call_id)}, is_new=is_new)

    def _call_of(self, order: Order) -> tuple[str, bool]:
        """The file's call, sealed, and whether that was done now. Raises BadRecording."""
        sha256 = fingerprint(order.file)
        known = self._settled(sha256)
        if known and known.is_sealed:
            return known.call_id, False
        foreign = read_foreign(order.file, order.caller_channel, self._settings.capture_dir)
        call_id = self._begin(order, sha256)
        if call_id is None:  # another import was faster
            return self._call_of(order)
        with self._ledger.reading() as session:
            call = replace(calls.get_call(session, call_id), desk=order.desk)
        recording = seal(call, foreign.sound, self._settings.spool_dir, Form.of(self._settings))
        self._hand_on(call, recording, order=order, facts={**order.facts, **foreign.facts})
        self._archivist.put_near(recording)
        return call_id, True

    def _settled(self, sha256: str) -> Import | None:
        """What is known of a file, once no other import that lives is sealing it."""
        while (found := self._find(sha256)) and not found.is_sealed and self._is_held(found):
            time.sleep(LOOK_AGAIN_S)
        return found

    def _find(self, sha256: str) -> Import | None:
        with self._ledger.reading() as session:
            return imports.find_import(session, sha256)

    def _is_held(self, found: Import) -> bool:
        """Whether its claim holds: one of this machine dies with its process."""
        if found.claimed_by in {None, self._worker}:
            return False
        if is_dead(str(found.claimed_by)):
            return False
        return found.claimed_until is not None and found.claimed_until > now()

    def _begin(self, order: Order, sha256: str) -> str | None:
        """Claim the file's call, a new one or one whose import was broken off; None where another has it."""
        told = Told(
            hotline=order.hotline,
            caller=order.caller,
            received_at=order.received_at,
            answered_at=order.answered_at,
        )
        try:
            with self._ledger.transaction() as session:
                found = imports.find_import(session, sha256)
                if found is None:
                    return imports.begin_import(session, sha256, shown(order.file), told, self._worker)
                if found.is_sealed or self._is_held(found):
                    return None
                taken = imports.take_over(session, found, told, self._worker)
                return found.call_id if taken else None
        except IntegrityError:
            return None

    def _hand_on(self, call: Call, recording: Recording, *, order: Order, facts: Facts) -> None:
        began_at = order.answered_at or order.received_at
        ended_at = began_at + timedelta(seconds=recording.duration_s) if began_at else None
        with self._ledger.transaction() as session:
            claiming.finish_claim(session, call.id, self._worker, CallState.RECORDED)
            calls.mark_recorded(
                session, call.id, desk=order.desk, operator=order.operator, facts=facts, ended_at=ended_at
            )
            enter_recording(session, recording)

    def _document(self, call_id: str) -> dict[str, Any]:
        with self._ledger.reading() as session:
            view = open_call(session, call_id, unmasked=True, viewer=None)
        return call_document(view).model_dump(mode="json")


def refused(file: str, error: str) -> dict[str, Any]:
    """The contract's shape for a file that became no call."""
    return {
        "file": file,
        "call_id": None,
        "state": CallState.UNRECORDED.value,
        "error": error,
        "transcript": [],
        "score": None,
        "flags": [],
        "findings": [],
    }
