"""Waiting callers: places, limits, reservations, and what dead lines leave. On SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from ledger import calls, figures, lines, operators, waiting
from ledger.database import Ledger
from ledger.records import Ending
from ledger.states import OperatorState, QueueOutcome, Reason, Result
from ledger.tables import LineRow
from ledger.waiting import Floor, Look, Match

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """A moment of the test."""
    return START + timedelta(seconds=seconds)


def join(
    ledger: Ledger,
    call_id: str,
    at_s: float = 0.0,
    *,
    caller: str | None = "13800000001",
    desk: str = "114",
    most_waiting: int | None = None,
) -> waiting.Waiting | None:
    """A call that waits at a desk from a moment on."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", caller=caller, line="line-1:1")
        return waiting.join(
            session,
            call_id=call_id,
            desk=desk,
            caller=caller,
            keeps_place_s=60,
            most_waiting=most_waiting,
            at=after(at_s),
        )


def leave(ledger: Ledger, call_id: str, outcome: QueueOutcome, at_s: float) -> float | None:
    """A call waits no more."""
    with ledger.transaction() as session:
        return waiting.leave(session, call_id, outcome, at=after(at_s))


def enrol(ledger: Ledger, *numbers: str) -> None:
    """Idle operators at fixed addresses."""
    with ledger.transaction() as session:
        operators.enrol(session, numbers)


def first_come(floor: Floor) -> list[Match]:
    """Callers and free operators in their order."""
    free = [one for one in floor.operators if one.is_free(floor.at)]
    return [Match(call_id=w.call_id, operator=o.number) for w, o in zip(floor.waiting, free, strict=False)]


def match(ledger: Ledger, at_s: float = 0.0) -> dict[str, str]:
    """Reserve; operators by call."""
    with ledger.transaction() as session:
        return {found.call_id: found.operator for found in waiting.match(session, first_come, at=after(at_s))}


@pytest.mark.parametrize(
    ("outcome", "again_s", "keeps"),
    [
        (QueueOutcome.ABANDONED, 69, True),
        (QueueOutcome.LINE_DIED, 69, True),
        (QueueOutcome.ABANDONED, 71, False),
        (QueueOutcome.OVERFLOWED, 20, False),
        (QueueOutcome.BRIDGED, 20, False),
    ],
)
def test_who_is_cut_off_keeps_the_place_for_a_minute(
    either_ledger: Ledger, outcome: QueueOutcome, again_s: float, keeps: bool
) -> None:
    """Left at 10 s and back within 60 s: the old place. Nobody keeps one who was served or sent on."""
    join(either_ledger, "a")
    leave(either_ledger, "a", outcome, 10)
    again = join(either_ledger, "b", again_s)
    assert again is not None
    assert again.entered_at == (START if keeps else after(again_s))
    assert again.joined_at == after(again_s)


def test_a_place_is_given_back_once_to_its_number_at_its_desk(either_ledger: Ledger) -> None:
    """Not to a second call of the number, not to the anonymous, not at another desk."""
    join(either_ledger, "a")
    join(either_ledger, "anonymous", caller="anonymous")
    for call_id in ("a", "anonymous"):
        leave(either_ledger, call_id, QueueOutcome.ABANDONED, 5)
    places = [
        join(either_ledger, "other-desk", 6, desk="112"),
        join(either_ledger, "nobody", 6, caller="anonymous"),
        join(either_ledger, "first", 6),
        join(either_ledger, "second", 6),
    ]
    assert [place and place.entered_at for place in places] == [after(6), after(6), START, after(6)]
    leave(either_ledger, "second", QueueOutcome.BRIDGED, 7)


def test_a_full_queue_takes_nobody(either_ledger: Ledger) -> None:
    """As many as the plan allows; one who leaves makes room."""
    assert join(either_ledger, "a", most_waiting=2)
    assert join(either_ledger, "b", most_waiting=2)
    assert join(either_ledger, "c", most_waiting=2) is None
    assert leave(either_ledger, "a", QueueOutcome.ABANDONED, 3.5) == 3.5
    assert join(either_ledger, "d", most_waiting=2)


def test_each_call_finds_its_reservation_by_looking(either_ledger: Ledger) -> None:
    """One match for everybody; looking says who is reserved, or whether a candidate is free."""
    enrol(either_ledger, "8001", "8002")
    for call_id in ("a", "b"):
        join(either_ledger, call_id)
    with either_ledger.reading() as session:
        assert waiting.look(session, "a", ["8001"], at=START) is Look.SOMEBODY_FREE
        assert waiting.look(session, "a", ["9999"], at=START) is Look.NOBODY_FREE
    assert match(either_ledger) == {"a": "8001", "b": "8002"}
    assert match(either_ledger) == {}, "whoever has an operator waits for no other"
    with either_ledger.reading() as session:
        assert [waiting.look(session, call_id, ["8001"], at=START) for call_id in "abc"] == [
            "8001",
            "8002",
            Look.NOBODY_FREE,
        ]


def test_who_leaves_gives_the_reserved_operator_back(either_ledger: Ledger) -> None:
    """Reserved in the very moment in which the caller hung up."""
    enrol(either_ledger, "8001")
    join(either_ledger, "a")
    match(either_ledger)
    leave(either_ledger, "a", QueueOutcome.ABANDONED, 1)
    join(either_ledger, "b", 2, caller=None)
    assert match(either_ledger, 2) == {"b": "8001"}


@pytest.mark.parametrize("how", ["silent", "dead", "call-over"])
def test_callers_on_dead_lines_hold_nobody(either_ledger: Ledger, how: str) -> None:
    """Their operators and places are free again for those who live; who calls again keeps the place."""
    enrol(either_ledger, "8001", "8002")
    with either_ledger.transaction() as session:
        for name in ("line-1", "line-2"):
            lines.enter_line(session, process=f"{name}:1", host="127.0.0.1", port=1, places=2)
        session.execute(update(LineRow).values(seen_at=START))
    join(either_ledger, "talks")
    assert match(either_ledger) == {"talks": "8001"}
    with either_ledger.transaction() as session:
        if how == "silent":
            session.execute(update(LineRow).where(LineRow.name == "line-1").values(seen_at=after(-16)))
        if how == "dead":
            session.execute(update(LineRow).where(LineRow.name == "line-1").values(state="dead"))
        if how == "call-over":
            ending = Ending(result=Result.FAILED, reason=Reason.LINE_DIED)
            calls.mark_ended(session, "talks", ending=ending, ended_at=START)
    with either_ledger.transaction() as session:
        assert waiting.free_stranded(session, at=START) == ["talks"]
        assert waiting.free_stranded(session, at=START) == []
        assert operators.get_operator(session, "8001", at=START).state is OperatorState.IDLE
        assert waiting.list_waiting(session) == []
    again = join(either_ledger, "again", 5)
    assert again is not None
    assert again.entered_at == START


def test_lines_that_live_lose_nobody(either_ledger: Ledger) -> None:
    """Nor do those whose line has not yet entered itself."""
    enrol(either_ledger, "8001")
    join(either_ledger, "a")
    match(either_ledger)
    with either_ledger.transaction() as session:
        assert waiting.free_stranded(session, at=after(3600)) == []


def test_queue_figures_count_what_happened(either_ledger: Ledger) -> None:
    """Each definition of ledger/figures.py on four waits of one desk, one of another, one on a dead line."""
    outcomes = [
        ("a", QueueOutcome.BRIDGED, 14.0),
        ("b", QueueOutcome.BRIDGED, 16.0),
        ("c", QueueOutcome.ABANDONED, 3.0),
        ("d", QueueOutcome.OVERFLOWED, 120.0),
        ("e", QueueOutcome.LINE_DIED, 9.0),
    ]
    for call_id, outcome, waited_s in outcomes:
        join(either_ledger, call_id, caller=None)
        leave(either_ledger, call_id, outcome, waited_s)
    join(either_ledger, "f", caller=None, desk="112")
    leave(either_ledger, "f", QueueOutcome.BRIDGED, 1)
    with either_ledger.reading() as session:
        other, desk = figures.queue_figures(session, START, after(3600))
        assert figures.queue_figures(session, after(3600), after(7200)) == ()
    assert (desk.desk, desk.offered, desk.answered, desk.answered_in_time) == ("114", 4, 2, 1)
    assert (desk.abandoned, desk.overflowed) == (1, 1)
    assert desk.service_level == 0.25
    assert (desk.mean_wait_s, desk.longest_wait_s) == (15.0, 120.0)
    assert (other.desk, other.offered, other.service_level) == ("112", 1, 1.0)
