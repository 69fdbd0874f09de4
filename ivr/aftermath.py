"""What lines leave that died: calls without an end, operators whom nobody will set free."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from ledger import calls, lines, waiting
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call, Ending
from ledger.states import LineState, Reason, Result
from recorder.capture import Capture

CLOCKS_DIFFER = timedelta(seconds=2)  # the kernel tells the time of the boot in whole seconds

log = structlog.get_logger(__name__)


def process_id(line: str) -> str:
    """How a line's process signs its calls: the line's name and the process id."""
    return f"{line}:{os.getpid()}"


def clean_up_after(ledger: Ledger, line: str, capture_dir: Path) -> list[str]:
    """Close the calls that dead processes of this line left open; returns their ids, whose captures wait.

    A process that still lives (it drains) closes its calls itself.
    """
    with ledger.transaction() as session:
        left = [
            call for call in calls.unfinished_calls(session, line) if not lives(call.line, call.received_at)
        ]
        for call in left:
            _close(session, call, Capture.of_call(capture_dir, call.id))
        waiting.let_go_of_calls(session, [call.id for call in left])
        _mark_dead(session, line)
    for call in left:
        log.warning("call_lost_with_line", call_id=call.id, line=line)
    return [call.id for call in left]


def lives(process: str | None, since: datetime) -> bool:
    """Whether `name:pid` is a process of ours that runs, and ran at `since`.

    After a restart of the machine another one may have its number. A zombie has no command line.
    """
    folder = Path("/proc") / (process or "").rpartition(":")[2]
    try:
        if b"hotline" not in (folder / "cmdline").read_bytes():
            return False
        return _started_at(folder) < since + CLOCKS_DIFFER
    except OSError:
        return False


def _close(session: Session, call: Call, capture: Capture) -> None:
    """The call ended where its capture ends, not where we found it."""
    answered_at, ended_at = call.answered_at, now()
    if capture.exists():
        captured = timedelta(seconds=capture.captured_s())
        if answered_at is None:  # the line died before it could say that it had answered
            answered_at = capture.written_at() - captured
            calls.mark_answered(session, call.id, answered_at)
        ended_at = answered_at + captured
    ending = Ending(result=Result.FAILED, reason=Reason.LINE_DIED)
    calls.mark_ended(session, call.id, ending=ending, ended_at=ended_at)


def _started_at(folder: Path) -> datetime:
    """When a process started, by proc(5): `starttime` in ticks after the boot."""
    ticks = int((folder / "stat").read_text().rpartition(")")[2].split()[19])
    boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
    return datetime.fromtimestamp(int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK"), UTC)


def _mark_dead(session: Session, line: str) -> None:
    known = {record.name: record for record in lines.list_lines(session)}
    if line in known and not lives(f"{line}:{known[line].pid}", known[line].started_at):
        lines.set_line_state(session, line, LineState.DEAD)
