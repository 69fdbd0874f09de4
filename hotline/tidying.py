"""What a start finds of processes that died: claims, halves of files, captures that are long sealed."""

from __future__ import annotations

from pathlib import Path

import structlog

from hotline.claims import is_dead
from ledger import archived, calls, strays
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
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


def free_claims(ledger: Ledger) -> None:
    """Set free what dead workers of this machine had claimed."""
    with ledger.transaction() as session:
        for call_id, worker, until in calls.open_claims(session):
            if not is_dead(worker):
                continue
            calls.free_claim(session, call_id, worker)
            log.warning("claim_freed", call_id=call_id, worker=worker, left_s=(until - now()).total_seconds())


def captured_calls(capture_dir: Path) -> list[str]:
    """Calls of which there are captures, or one file of one."""
    kinds = (".said.wav", ".heard.wav")
    return sorted({path.name.removesuffix(kind) for kind in kinds for path in capture_dir.glob(f"*{kind}")})
