"""What lines leave that died: calls without an end, operators whom nobody will set free."""

from __future__ import annotations

import os
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from ledger import calls, lines, waiting
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Ending
from ledger.states import LineState, Reason, Result

log = structlog.get_logger(__name__)


def process_id(line: str) -> str:
    """How a line's process signs its calls: the line's name and the process id."""
    return f"{line}:{os.getpid()}"


def clean_up_after(ledger: Ledger, line: str) -> list[str]:
    """Close the calls that dead processes of this line left open; returns their ids, whose captures wait.

    A process that still lives (it drains) closes its calls itself.
    """
    with ledger.transaction() as session:
        left = [call for call in calls.unfinished_calls(session, line) if not _lives(call.line or "")]
        ending = Ending(result=Result.FAILED, reason=Reason.LINE_DIED)
        for call in left:
            calls.mark_ended(session, call.id, ending=ending, ended_at=now())
        waiting.let_go_of_calls(session, [call.id for call in left])
        _mark_dead(session, line)
    for call in left:
        log.warning("call_lost_with_line", call_id=call.id, line=line)
    return [call.id for call in left]


def _mark_dead(session: Session, line: str) -> None:
    known = {record.name: record for record in lines.list_lines(session)}
    if line in known and not _lives(f"{line}:{known[line].pid}"):
        lines.set_line_state(session, line, LineState.DEAD)


def _lives(process: str) -> bool:
    """Whether `line:pid` is a process of ours that runs. A zombie has no command line."""
    cmdline = Path("/proc") / process.rpartition(":")[2] / "cmdline"
    try:
        return b"hotline" in cmdline.read_bytes()
    except OSError:
        return False
