"""Calls that a line has ended, as it leaves them to the workers."""

from __future__ import annotations

import wave

import numpy as np

from ledger import calls
from ledger.clock import new_call_id, now
from ledger.database import Ledger
from ledger.records import Ending, Mark
from ledger.settings import Settings
from ledger.states import Place, Reason, Result
from recorder.capture import Capture

RATE_HZ = 8000
LEFT = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.MENU)
IN_MENU = Mark(place=Place.MENU, start_s=0.0, end_s=1.0, detail="main")


def end_call(settings: Settings, books: Ledger, *, length_s: float | None) -> str:
    """A call that waits to be sealed, with a silent capture of `length_s`; None: without any."""
    call_id = new_call_id()
    with books.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", caller="138")
        calls.mark_answered(session, call_id, now())
        calls.mark_ended(session, call_id, ending=LEFT, ended_at=now(), marks=(IN_MENU,))
    if length_s is not None:
        capture = Capture.of_call(settings.capture_dir, call_id)
        for path in (capture.said, capture.heard):
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes(np.zeros(int(length_s * RATE_HZ), np.int16).tobytes())
    return call_id
