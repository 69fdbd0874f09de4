"""Recordings made elsewhere become calls like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from console.calls.service import call_document, open_call
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from ledger import calls
from ledger.clock import new_call_id
from ledger.database import Ledger
from ledger.errors import BadRecording, SettingsError
from ledger.records import Call, Facts, Recording
from ledger.settings import Settings
from ledger.states import CallState, Origin
from recorder.archivist import Archivist
from recorder.chain import enter_recording
from recorder.foreign import read_foreign
from recorder.sealing import Form, seal
from sip_config import Plan


class Importer:
    """Seals files of others and hands them to the pipeline."""

    def __init__(self, settings: Settings, plan: Plan, ledger: Ledger) -> None:
        self._settings, self._plan, self._ledger = settings, plan, ledger
        self._pipeline = Pipeline(settings, ledger)
        self._jobs = Jobs(settings)
        self._archivist = Archivist(settings, ledger)

    def bring(
        self,
        file: Path,
        *,
        hotline: str,
        operator: str | None,
        caller_channel: int,
        facts: Facts,
        wait: bool,
    ) -> dict[str, Any]:
        """Import one file; what cannot be read is told in `error`. Raises SettingsError."""
        desk = self._desk_of(hotline)
        if wait:
            _ = self._pipeline.transcriber  # a missing model is told before anything is imported
        try:
            sound = read_foreign(file, caller_channel)
        except BadRecording as error:
            return _refused(file, str(error))
        call_id = new_call_id()
        with self._ledger.transaction() as session:
            calls.add_call(session, call_id=call_id, hotline=hotline, origin=Origin.IMPORT)
            call = calls.get_call(session, call_id)
        call = replace(call, desk=desk)
        recording = seal(call, sound, self._settings.spool_dir, Form.of(self._settings))
        self._hand_on(call, recording, desk=desk, operator=operator, facts=facts)
        self._archivist.put_near(recording)
        if wait:
            self._pipeline.finish(call_id)
        else:
            self._jobs.announce(call_id)
        return {"file": str(file), **self._document(call_id)}

    def _hand_on(
        self, call: Call, recording: Recording, *, desk: str, operator: str | None, facts: Facts
    ) -> None:
        with self._ledger.transaction() as session:
            calls.mark_recorded(session, call.id, desk=desk, operator=operator, facts=facts)
            enter_recording(session, recording)

    def _desk_of(self, hotline: str) -> str:
        if hotline not in self._plan.numbers:
            known = ", ".join(self._plan.numbers)
            raise SettingsError(f"the plan has no number {hotline!r}; --hotline is one of {known}")
        return self._plan.numbers[hotline].desk or hotline

    def _document(self, call_id: str) -> dict[str, Any]:
        with self._ledger.reading() as session:
            return call_document(open_call(session, call_id)).model_dump(mode="json")


def _refused(file: Path, error: str) -> dict[str, Any]:
    return {
        "file": str(file),
        "call_id": None,
        "state": CallState.UNRECORDED.value,
        "error": error,
        "transcript": [],
        "score": None,
        "flags": [],
        "findings": [],
    }
