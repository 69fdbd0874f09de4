"""What lines leave that died: calls without an end, operators whom nobody will set free."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from desks.campaigns import attempts
from ledger import calls, lines, waiting
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call, Ending
from ledger.signatures import lives
from ledger.states import LineState, Reason, Result
from recorder.capture import Capture

log = structlog.get_logger(__name__)


def clean_up_after(ledger: Ledger, line: str, capture_dir: Path) -> list[str]:
    """Close the calls that dead processes of this line left open; returns their ids, whose captures wait.

    A process that still lives (it drains) closes its calls itself.
    """
    with ledger.transaction() as session:
        left = [call for call in calls.unfinished_calls(session, line) if not lives(call.line)]
        for call in left:
            _close(session, call, Capture.of_call(capture_dir, call.id))
        attempts.settle(
            session
        )  # before queues are touched: whoever claims a call-back has its turn first too
        waiting.let_go_of_calls(session, [call.id for call in left])
        _mark_dead(session, line)
    for call in left:
        log.warning("call_lost_with_line", call_id=call.id, line=line)
    return [call.id for call in left]


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


def _mark_dead(session: Session, line: str) -> None:
    known = {record.name: record for record in lines.list_lines(session)}
    if line in known and not lives(known[line].process):
        lines.set_line_state(session, known[line].process, LineState.DEAD)
