"""What a start finds of processes that died: claims, halves of files, captures that are long sealed."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from ivr.aftermath import lives
from ledger import calls, judgements, strays
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.settings import Settings
from recorder.capture import Capture
from recorder.durable import PART
from recorder.shelf import call_id_of

log = structlog.get_logger(__name__)


def tidy_up(settings: Settings, ledger: Ledger, lease_s: float) -> None:
    """Set free what dead workers of this machine had claimed, and remove what they left of sealing.

    Nothing is touched that a living worker or an import is writing.
    """
    with ledger.transaction() as session:
        _free_claims(session, lease_s)
    with ledger.reading() as session:
        parts = {path: call_id_of(path.name) for path in settings.spool_dir.rglob(f"*{PART}")}
        writing = strays.being_written(session, parts.values())
        sealed = [call_id for call_id in captured_calls(settings.capture_dir) if _is_sealed(session, call_id)]
    for path in [path for path, call_id in parts.items() if call_id not in writing]:
        path.unlink(missing_ok=True)
        log.warning("half_recording_removed", path=path.name)
    for call_id in sealed:
        Capture.of_call(settings.capture_dir, call_id).remove()


def _free_claims(session: Session, lease_s: float) -> None:
    here = socket.gethostname()
    for call_id, worker, until in calls.open_claims(session):
        if worker.rpartition(":")[0] == here and not lives(worker, until - timedelta(seconds=lease_s)):
            calls.free_claim(session, call_id, worker)
            log.warning("claim_freed", call_id=call_id, worker=worker, left_s=(until - now()).total_seconds())


def captured_calls(capture_dir: Path) -> list[str]:
    """Calls of which there are captures, or one file of one."""
    kinds = (".said.wav", ".heard.wav")
    return sorted({path.name.removesuffix(kind) for kind in kinds for path in capture_dir.glob(f"*{kind}")})


def _is_sealed(session: Session, call_id: str) -> bool:
    try:
        judgements.get_recording(session, call_id)
    except NotFound:
        return False
    return True
