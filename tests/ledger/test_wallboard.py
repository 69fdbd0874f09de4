"""What the wallboard and the metrics count, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from ledger import calls, waiting, wallboard
from ledger.database import Ledger
from ledger.figures import queue_figures
from ledger.records import Ending
from ledger.states import CallState, Origin, Place, QueueOutcome, Reason, Result
from ledger.tables import CallRow, WaitingRow

MIDNIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # in Shanghai
SERVED = Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)


def receive(session: Session, call_id: str, after_s: float, origin: Origin = Origin.SIP) -> datetime:
    """A call that was received and answered some seconds after midnight."""
    at = MIDNIGHT + timedelta(seconds=after_s)
    calls.add_call(session, call_id=call_id, hotline="114", origin=origin, line="line-1:7@0a1b2c3d")
    session.flush()
    session.get_one(CallRow, call_id).received_at = at
    calls.mark_answered(session, call_id, at)
    return at


def finish(session: Session, call_id: str, at: datetime, **facts: str) -> None:
    """It talked to 8001 and ended."""
    calls.mark_ended(
        session, call_id, ending=SERVED, ended_at=at, desk="enquiries", operator="8001", facts=facts
    )


def wait(session: Session, call_id: str, at: datetime, took_s: float, outcome: QueueOutcome) -> None:
    """It waited at the enquiries."""
    left_at = at + timedelta(seconds=took_s)
    session.add(
        WaitingRow(
            call_id=call_id,
            desk="enquiries",
            joined_at=at,
            entered_at=at,
            service_level_s=15.0,
            left_at=left_at,
            outcome=outcome,
            waited_s=took_s,
        )
    )


def test_calls_of_the_day_are_counted_by_kind(either_ledger: Ledger) -> None:
    """From midnight on, without imports; only a survey that was heard was asked."""
    with either_ledger.transaction() as session:
        for number, (after_s, asked) in enumerate(((-1, "yes"), (0, "yes"), (1, "cut"), (2, "yes"))):
            at = receive(session, f"c{number}", after_s)
            finish(
                session, f"c{number}", at, survey_asked=asked, **({"survey_mark": "5"} if number == 3 else {})
            )
        receive(session, "now", 3)
        receive(session, "import", 4, Origin.IMPORT)
    with either_ledger.reading() as session:
        by_state = {tally.state: tally for tally in wallboard.calls_since(session, MIDNIGHT)}
        assert wallboard.operator_calls_since(session, MIDNIGHT, ["8001", "8002"]) == {"8001": 3}
        assert wallboard.calls_in_progress(session) == {"line-1": 1}  # an import is no call that runs
    ended, answered = by_state[CallState.ENDED], by_state[CallState.ANSWERED]
    assert (ended.received, ended.answered, ended.surveys_asked, ended.surveys_answered) == (3, 3, 2, 1)
    assert (ended.desk, ended.result, ended.place) == ("enquiries", "served", "survey")
    assert (answered.received, answered.desk, answered.result) == (1, None, None)


def test_waits_of_the_day_agree_with_the_figures(either_ledger: Ledger) -> None:
    """Counted by outcome and bound; in time means the same as in `queue_figures`."""
    bridged, abandoned = QueueOutcome.BRIDGED, QueueOutcome.ABANDONED
    with either_ledger.transaction() as session:
        waits = ((3.0, bridged), (15.0, bridged), (15.001, bridged), (40.0, abandoned))
        for number, (took_s, outcome) in enumerate(waits):
            at = receive(session, f"c{number}", number)
            wait(session, f"c{number}", at, took_s, outcome)
        receive(session, "before", -100)
        wait(session, "before", MIDNIGHT - timedelta(seconds=100), 5, bridged)
    with either_ledger.reading() as session:
        tallies = {
            tally.outcome: tally for tally in wallboard.waits_since(session, MIDNIGHT, (5.0, 15.0, 60.0))
        }
        (figure,) = queue_figures(session, MIDNIGHT, MIDNIGHT + timedelta(days=1))
    assert (tallies[bridged].waits, tallies[bridged].within, tallies[bridged].in_time) == (3, (1, 2, 3), 2)
    assert (tallies[abandoned].waits, tallies[abandoned].within) == (1, (0, 0, 1))
    assert tallies[bridged].total_s == 33.001
    assert (figure.answered_in_time, figure.answered, figure.offered) == (2, 3, 4)


def test_who_waits_stands_in_the_order_of_the_places(either_ledger: Ledger) -> None:
    """By desk; a head start counts as waiting."""
    with either_ledger.transaction() as session:
        for number, head_start_s in enumerate((0.0, 0.0, 30.0)):
            at = receive(session, f"c{number}", number)
            wait(session, f"c{number}", at, 0, QueueOutcome.BRIDGED)
            session.flush()
            row = session.query(WaitingRow).filter_by(call_id=f"c{number}").one()
            row.left_at, row.outcome, row.head_start_s = None, None, head_start_s
    with either_ledger.reading() as session:
        assert [one.call_id for one in wallboard.waiting_now(session)] == ["c2", "c0", "c1"]
        assert len(waiting.list_waiting(session)) == 3


def test_the_backlog_is_as_old_as_its_oldest_call(either_ledger: Ledger) -> None:
    """By stage, from the call's end; what was given up is not counted."""
    with either_ledger.transaction() as session:
        for number in range(3):
            at = receive(session, f"c{number}", number)
            finish(session, f"c{number}", at + timedelta(seconds=60))
        session.get_one(CallRow, "c2").state = CallState.QUARANTINED
    with either_ledger.reading() as session:
        (backlog,) = wallboard.backlogs(session)
    assert (backlog.state, backlog.calls) == (CallState.ENDED, 2)
    assert backlog.oldest_at == MIDNIGHT + timedelta(seconds=60)
