"""An installation with one scored call that is masked."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import soundfile
from numpy.typing import NDArray

from ledger import archived, calls, chain, judgements
from ledger.database import Ledger
from ledger.masks import Span
from ledger.records import (
    Ending,
    Evidence,
    Finding,
    Recording,
    Scorecard,
    Transcript,
    Turn,
    Word,
)
from ledger.settings import Settings
from ledger.states import CallState, Reason, Result, Role, Verdict
from ledger.tables import CallRow
from recorder.archivist import Archivist
from recorder.chain import enter_recording
from recorder.masking import Masker, Wish
from recorder.opening import Recordings
from recorder.sealing import Form, Sound, seal
from recorder.verifying import Report, Verifier
from tests.recorder.chaining import NOON

CALL = "20260102-120000-masked"
RATE_HZ = 8000
SECRET = "六二二八四八"  # what the caller reads out from 3 to 5 s


class House:
    """One installation with one scored call of ten seconds, a tone in each channel."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.settings, self.ledger = settings, ledger
        self.recordings, self.archivist = Recordings(settings), Archivist(settings, ledger)

    def add_call(self) -> None:
        with self.ledger.transaction() as session:
            calls.add_call(session, call_id=CALL, hotline="114", caller="13800000001")
            session.flush()
            session.get_one(CallRow, CALL).received_at = NOON
            calls.mark_answered(session, CALL, NOON)
            ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
            calls.mark_ended(session, CALL, ending=ending, ended_at=NOON + timedelta(seconds=10))
            call = calls.get_call(session, CALL)
        time_s = np.arange(10 * RATE_HZ) / RATE_HZ
        tones = [8000 * np.sin(2 * np.pi * hertz * time_s) for hertz in (440, 660)]
        sound = Sound(samples=np.stack(tones, axis=1).astype(np.int16))
        recording = seal(call, sound, self.settings.spool_dir, Form.of(self.settings))
        with self.ledger.transaction() as session:
            enter_recording(session, recording)
            for _ in range(2):  # an older transcript and scorecard stay beside the newer ones
                _add_judgement(session, recording)
            session.get_one(CallRow, CALL).state = CallState.SCORED
        assert self.archivist.sweep()

    def mask(
        self, start_s: float = 3, end_s: float = 5, channel: int | None = None, *, destroy: bool = False
    ) -> Recording:
        span = Span(start_s=start_s, end_s=end_s, channel=channel)
        wish = Wish(call_id=CALL, spans=(span,), why="银行卡号", by="root", destroy=destroy)
        return Masker(self.settings, self.ledger, self.recordings).mask(wish)

    def samples(self, recording: Recording | None = None) -> NDArray[np.int16]:
        """Of the recording in force, unless told otherwise."""
        with self.ledger.reading() as session:
            recording = recording or judgements.get_recording(session, CALL)
        read: NDArray[np.int16] = soundfile.read(self.recordings.load(recording), dtype="int16")[0]
        return read

    def recording(self) -> Recording:
        """The one in force."""
        with self.ledger.reading() as session:
            return judgements.get_recording(session, CALL)

    def original(self) -> Recording | None:
        with self.ledger.reading() as session:
            return archived.find_original(session, CALL)

    def verify(self) -> Report:
        return Verifier(self.ledger, self.recordings, chain.Scope()).verify()

    def files(self) -> list[str]:
        return list(self.recordings.walk())


def _add_judgement(session: object, recording: Recording) -> None:
    words = [("卡号", 2.0, 3.0), (SECRET[:3], 3.0, 4.0), (SECRET[3:], 4.0, 5.0), ("谢谢", 5.0, 6.0)]
    caller = Turn(
        role=Role.CALLER,
        start_s=2,
        end_s=6,
        text=f"卡号{SECRET}，谢谢",
        words=tuple(Word(text=text, start_s=start, end_s=end, confidence=1) for text, start, end in words),
    )
    operator = Turn(role=Role.OPERATOR, start_s=4.5, end_s=5, text="好的")
    transcript = Transcript(
        model="m", model_sha256="0" * 64, recording_sha256=recording.sha256, turns=(caller, operator)
    )
    transcript_id = judgements.save_transcript(session, CALL, transcript)  # type: ignore[arg-type]
    evidence = Evidence(start_s=3, end_s=6, text=f"{SECRET}，谢谢", likeness=0.9)
    finding = Finding(
        rule="closing", verdict=Verdict.FAIL, evidence=evidence, reason=f"最接近：“{SECRET}，谢谢”"
    )
    card = Scorecard(pack="p", pack_version="1", score=90, flags=(), findings=(finding,))
    judgements.save_scorecard(session, CALL, transcript_id, card)  # type: ignore[arg-type]
