"""Real crews of workers, calls for them, and what the ledger has of their work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import soundfile
from sqlalchemy import func, select

from callers.dialogue import load_dialogues
from hotline.children import Program
from hotline.importing import Importer
from hotline.installation import environment_of
from hotline.intake.orders import Order
from hotline.supervisor import Supervisor
from ledger import calls, claiming
from ledger.claiming import Claim
from ledger.database import Ledger
from ledger.records import Call, Facts
from ledger.settings import Settings
from ledger.signatures import pid_of
from ledger.states import CallState
from ledger.tables import ScorecardRow, StageRow, TranscriptRow
from tests.hotline.importing import rest

RATE_HZ = 8000
PATIENCE_S = 300.0
Found = TypeVar("Found")


@cache
def _speech() -> npt.NDArray[np.int16]:
    """What the operators of the test dialogues say, one after the other."""
    turns = [
        soundfile.read(dialogue.audio_path(index), dtype="int16")[0]
        for dialogue in list(load_dialogues().values())[:8]
        for index, turn in enumerate(dialogue.turns)
        if turn.who == "operator"
    ]
    return np.concatenate(turns)


def write_talk(path: Path, seconds: float, *, seed: int) -> Path:
    """Somebody who speaks without a pause to somebody silent; another recording for each seed."""
    said = np.roll(_speech(), -seed * RATE_HZ)[: int(seconds * RATE_HZ)]
    soundfile.write(path, np.stack([np.zeros_like(said), said], axis=1), RATE_HZ)
    return rest(path)


def bring(
    settings: Settings,
    ledger: Ledger,
    folder: Path,
    *,
    seconds: float,
    seed: int,
    facts: Facts | None = None,
) -> str:
    """Import a recording for whoever works; returns the call."""
    file = write_talk(folder / f"talk-{seed}.wav", seconds, seed=seed)
    order = Order(file=file, hotline="114", desk="114", operator="8001", facts=facts or {})
    return str(Importer(settings, ledger).bring(order, wait=False).document["call_id"])


@contextmanager
def crew(settings: Settings, *, far: bool = False) -> Iterator[Supervisor]:
    """The workers of one machine, as `hotline up` and `hotline work` start them."""
    arguments = ["hotline", "work"] if far else ["hotline.processes.worker"]
    running = Supervisor([Program(name="worker", arguments=arguments)], environment_of(settings))
    running.start()
    try:
        yield running
    finally:
        running.stop()


def eventually(look: Callable[[], Found], within_s: float = PATIENCE_S) -> Found:
    """What `look` finds as soon as it is true."""
    give_up_s = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < give_up_s, f"it did not come about within {within_s:g} s"
        time.sleep(0.02)
    return found


def call_of(ledger: Ledger, call_id: str) -> Call:
    """The call now."""
    with ledger.reading() as session:
        return calls.get_call(session, call_id)


def wait_until_scored(ledger: Ledger, *call_ids: str) -> None:
    """Wait until these calls are through."""
    eventually(lambda: all(call_of(ledger, call_id).state is CallState.SCORED for call_id in call_ids))


def claim_of(ledger: Ledger, call_id: str) -> Claim | None:
    """Who transcribes a call just now."""
    with ledger.reading() as session:
        if calls.get_call(session, call_id).state is not CallState.RECORDED:
            return None
        return next((each for each in claiming.open_claims(session) if each.call_id == call_id), None)


def worker_of(ledger: Ledger, call_id: str) -> int:
    """The process that is in the middle of transcribing a call."""
    claim = eventually(lambda: claim_of(ledger, call_id))
    assert claim is not None
    return pid_of(claim.worker)


def works_done(ledger: Ledger, call_id: str) -> tuple[int, int, int]:
    """Finished transcriptions, transcripts and scorecards of a call."""
    with ledger.reading() as session:
        stages = select(func.count()).where(StageRow.call_id == call_id, StageRow.stage == "transcribe")
        kept = (
            select(func.count()).where(table.call_id == call_id) for table in (TranscriptRow, ScorecardRow)
        )
        transcripts, cards = (session.scalar(query) or 0 for query in kept)
        return session.scalar(stages) or 0, transcripts, cards
