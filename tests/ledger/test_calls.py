"""Calls move one state at a time, and one worker at a time has them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ledger import calls, claiming
from ledger.clock import new_call_id, now
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.records import Ending, Mark, User
from ledger.scopes import require_visible
from ledger.states import CallState, Place, Reason, Result, UserRole

ENDING = Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)


def ended_call(ledger: Ledger) -> str:
    """A call that waits to be sealed."""
    call_id = new_call_id()
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", line="line-1:4711")
        calls.mark_answered(session, call_id, now())
        calls.mark_ended(session, call_id, ending=ENDING, ended_at=now())
    return call_id


def test_an_answered_call_keeps_its_course(ledger: Ledger) -> None:
    """Marks, facts and ending come back as they were written."""
    marks = (Mark(place=Place.OPERATOR, start_s=3.5, end_s=9.25, detail="8001"),)
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114", caller="13800000001")
        calls.mark_answered(session, "a", now())
        calls.add_facts(session, "a", {"directory_number": "63012345"})
        calls.mark_ended(
            session,
            "a",
            ending=ENDING,
            ended_at=now(),
            marks=marks,
            operator="8001",
            facts={"survey_mark": "5"},
        )
    with ledger.transaction() as session:
        call = calls.get_call(session, "a")
    assert (call.state, call.ending, call.marks, call.operator) == (CallState.ENDED, ENDING, marks, "8001")
    assert call.facts == {"directory_number": "63012345", "survey_mark": "5"}


def test_a_call_that_was_never_answered_has_no_recording_to_wait_for(ledger: Ledger) -> None:
    """It goes straight to its last state, with its reason."""
    ending = Ending(result=Result.REFUSED, reason=Reason.UNKNOWN_NUMBER)
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="999")
        calls.mark_ended(session, "a", ending=ending, ended_at=now())
        call = calls.get_call(session, "a")
        assert claiming.due_calls(session) == []
    assert (call.state, call.ending) == (CallState.UNRECORDED, ending)


def test_only_one_of_many_workers_claims_a_call(ledger: Ledger) -> None:
    """Eight workers that see the same hint do its work once."""
    call_id = ended_call(ledger)

    def claim(worker: int) -> bool:
        with ledger.transaction() as session:
            return claiming.claim(session, call_id, CallState.ENDED, f"w{worker}", 60)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


def test_a_dead_workers_call_is_free_again_when_its_claim_runs_out(ledger: Ledger) -> None:
    """The lease is over at once here: another worker may take it, and the first one's result is dropped."""
    call_id = ended_call(ledger)
    with ledger.transaction() as session:
        assert claiming.claim(session, call_id, CallState.ENDED, "dead", 0)
        assert claiming.due_calls(session) == [call_id]
        assert claiming.claim(session, call_id, CallState.ENDED, "alive", 60)
        assert claiming.due_calls(session) == []
    with pytest.raises(Conflict), ledger.transaction() as session:
        claiming.finish_claim(session, call_id, "dead", CallState.RECORDED)
    with ledger.transaction() as session:
        claiming.finish_claim(session, call_id, "alive", CallState.RECORDED)
        assert calls.get_call(session, call_id).state is CallState.RECORDED


def test_a_call_that_fails_again_and_again_is_quarantined_with_its_reason(ledger: Ledger) -> None:
    """Three tries; the reason of the last one stays with the call."""
    call_id = ended_call(ledger)
    states = []
    for attempt in range(3):
        with ledger.transaction() as session:
            assert claiming.claim(session, call_id, CallState.ENDED, "w", 60)
            said = f"seal: disk full, try {attempt}"
            states.append(claiming.release(session, call_id, "w", error=said, most_tries=3, pause_s=60))
    assert states == [CallState.ENDED, CallState.ENDED, CallState.QUARANTINED]
    with ledger.transaction() as session:
        assert calls.get_call(session, call_id).error == "seal: disk full, try 2"
        assert claiming.due_calls(session) == []


def test_calls_of_a_dead_line_are_found_by_its_name(ledger: Ledger) -> None:
    """The next process of that name closes them; other lines' calls are not its business."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id="mine", hotline="114", line="line-1:4711")
        calls.add_call(session, call_id="other", hotline="114", line="line-11:4712")
    ended_call(ledger)
    with ledger.transaction() as session:
        assert [call.id for call in calls.unfinished_calls(session, "line-1")] == ["mine"]


def test_an_unknown_call_is_told_in_a_sentence(ledger: Ledger) -> None:
    """The message says where to look it up."""
    says = "there is no call 'x'; `hotline calls` lists them"
    with ledger.transaction() as session, pytest.raises(NotFound, match=says):
        calls.get_call(session, "x")


def test_no_call_has_nul_in_its_id(postgres_url: str) -> None:
    """A server refuses even to look for one; whoever asks is told what is told of any unknown call."""
    li = User(id=1, name="li", display_name="李", role=UserRole.MONITOR)
    with closing(Ledger(postgres_url)) as server, server.reading() as session:
        with pytest.raises(NotFound):
            calls.get_call(session, "a\0")
        with pytest.raises(NotFound):
            require_visible(session, li, "a\0")
