"""What goes on at this moment, as the lines and the desks would have it in the ledger."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from ledger import calls, lines
from ledger.clock import now
from ledger.records import Ending
from ledger.states import OperatorState, Place, QueueOutcome, Reason, Result
from ledger.tables import EdgeCountRow, LineRow, OperatorRow, WaitingRow
from tests.console.seeding import ENQUIRIES, SWITCHBOARD


def add_operators(session: Session, *numbers: str, state: OperatorState = OperatorState.IDLE) -> None:
    """Operators with fixed addresses, in one state."""
    session.add_all(OperatorRow(number=number, state=state, since=now()) for number in numbers)


def add_line(session: Session, name: str, *, places: int = 2, seen_before_s: float = 0) -> None:
    """A line that serves, and was last seen some time ago."""
    lines.enter_line(session, process=f"{name}:1", host="127.0.0.1", port=5080, places=places)
    session.flush()
    session.get_one(LineRow, name).seen_at = now() - timedelta(seconds=seen_before_s)


def begin_call(session: Session, call_id: str, *, line: str | None = None) -> None:
    """A call that was answered a moment ago and goes on."""
    calls.add_call(session, call_id=call_id, hotline="114", caller="13800000001", line=line)
    session.flush()
    calls.mark_answered(session, call_id, now())


def join_queue(session: Session, call_id: str, desk: str = ENQUIRIES.id, *, waited_s: float = 0) -> None:
    """A caller in the menu goes on to a desk, and has waited there for some time."""
    begin_call(session, call_id)
    joined_at = now() - timedelta(seconds=waited_s)
    promised_s = next((known.service_level_s for known in SWITCHBOARD.desks if known.id == desk), 15.0)
    session.add(
        WaitingRow(
            call_id=call_id,
            desk=desk,
            joined_at=joined_at,
            entered_at=joined_at,
            service_level_s=promised_s,
        )
    )


def add_wait(
    session: Session, call_id: str, outcome: QueueOutcome, took_s: float, desk: str = "enquiries"
) -> None:
    """A call of today that waited at a desk and has ended, with the survey asked and answered if served."""
    join_queue(session, call_id, desk, waited_s=took_s)
    session.flush()
    row = session.query(WaitingRow).filter_by(call_id=call_id).one()
    row.waited_s = took_s
    row.left_at, row.outcome = row.joined_at + timedelta(seconds=took_s), outcome
    is_served = outcome is QueueOutcome.BRIDGED
    served = Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)
    left = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.QUEUE)
    calls.mark_ended(
        session,
        call_id,
        ending=served if is_served else left,
        ended_at=now(),
        desk=desk,
        operator="8001" if is_served else None,
        queue_wait_s=took_s,
        facts={"survey_asked": "yes", "survey_mark": "5"} if is_served else {},
    )


def drop_at_edge(session: Session, verdict: str, count: int) -> None:
    """The edge dropped something this minute."""
    minute = now().replace(second=0, microsecond=0)
    session.add(EdgeCountRow(minute=minute, verdict=verdict, count=count))
