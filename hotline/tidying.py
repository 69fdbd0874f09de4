"""What a start finds of processes that died: claims, halves of files, captures that are long sealed."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from hotline.pipeline import MOST_TRIES
from ledger import archived, calls, claiming, strays
from ledger.backlog import STAGE_OF
from ledger.claiming import Claim
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.signatures import is_dead
from recorder.capture import Capture
from recorder.durable import PART
from recorder.shelf import call_id_of

log = structlog.get_logger(__name__)


def tidy_up(settings: Settings, ledger: Ledger) -> None:
    """Set free what dead workers of this machine had claimed, and remove what they left of sealing.

    Nothing is touched that a living worker or an import is writing.
    """
    free_claims(ledger)
    with ledger.reading() as session:
        parts = {path: call_id_of(path.name) for path in settings.spool_dir.rglob(f"*{PART}")}
        writing = strays.being_written(session, parts.values())
        captured = captured_calls(settings.capture_dir)
        sealed = [call_id for call_id in captured if archived.find_recording(session, call_id)]
    for path in [path for path, call_id in parts.items() if call_id not in writing]:
        path.unlink(missing_ok=True)
        log.warning("half_recording_removed", path=path.name)
    for call_id in sealed:
        Capture.of_call(settings.capture_dir, call_id).remove()


def free_claims(ledger: Ledger, *, stopped: bool = False) -> list[str]:
    """Set free what dead workers of this machine had claimed; returns the calls, which are due at once.

    A death counts as a failed try: a file on which workers die is quarantined in the end. `stopped`: we have
    ended them ourselves, which says nothing about the calls.
    """
    with ledger.transaction() as session:
        dead = [claim for claim in claiming.open_claims(session) if is_dead(claim.worker)]
        for claim in dead:
            if stopped:
                claiming.free_claim(session, claim.call_id, claim.worker)
                continue
            said = f"{_stage_of(session, claim)}: the worker {claim.worker} died with it"
            state = claiming.release(
                session, claim.call_id, claim.worker, error=said, most_tries=MOST_TRIES, pause_s=0
            )
            log.warning("claim_freed", call_id=claim.call_id, worker=claim.worker, state=state)
    return [claim.call_id for claim in dead]


def _stage_of(session: Session, claim: Claim) -> str:
    return STAGE_OF.get(calls.get_call(session, claim.call_id).state, "import")


def captured_calls(capture_dir: Path) -> list[str]:
    """Calls of which there are captures, or one file of one."""
    kinds = (".said.wav", ".heard.wav")
    return sorted({path.name.removesuffix(kind) for kind in kinds for path in capture_dir.glob(f"*{kind}")})
