"""Canary calls are known by a Call-ID told beforehand, judged by their truth, and counted nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from ledger import accounts, calls, canaries, figures, judgements, wallboard
from ledger.chain import Scope
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Ending, Finding, Mark, Scorecard, Transcript
from ledger.states import CallState, CanaryOutcome, Place, QueueOutcome, Reason, Result, Verdict
from ledger.tables import CallRow, CanaryRow
from ledger.waiting import join, leave

OUR_ID = "5ec8e7@127.0.0.1"
TRUTH = {"closing": Verdict.FAIL, "greeting": Verdict.PASS}
SERVED = Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)
LEFT = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.QUEUE)


def expect(session: Session, sip_call_id: str = OUR_ID, within_s: float = 900.0) -> None:
    """Tell the ledger of a canary."""
    canaries.expect(
        session,
        sip_call_id=sip_call_id,
        dialogue="no-closing",
        hotline="114",
        truth=TRUTH,
        within=timedelta(seconds=within_s),
    )


def open_call(session: Session, call_id: str = "ours", sip_call_id: str = OUR_ID) -> bool:
    """An INVITE comes in."""
    return canaries.open_call(
        session, call_id=call_id, hotline="114", caller="8999", sip_call_id=sip_call_id, line="line-1:1:1"
    )


def end_call(session: Session, call_id: str = "ours", *, operator: str | None = "8999") -> None:
    """It was answered and talked."""
    at = now()
    calls.mark_answered(session, call_id, at)
    marks = (Mark(place=Place.OPERATOR, start_s=0, end_s=9),)
    facts = {"survey_asked": "yes", "survey_mark": "5"}
    calls.mark_ended(
        session,
        call_id,
        ending=SERVED,
        ended_at=at,
        desk="114",
        operator=operator,
        marks=marks,
        facts=facts,
    )


def score(session: Session, closing: Verdict, call_id: str = "ours") -> None:
    """It was judged."""
    transcript = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=())
    number = judgements.save_transcript(session, call_id, transcript)
    found = (
        Finding(rule="greeting", verdict=Verdict.PASS, evidence=None, reason=""),
        Finding(rule="closing", verdict=closing, evidence=None, reason="", rule_hash="a"),
        Finding(rule="overtalk", verdict=Verdict.FAIL, evidence=None, reason=""),
    )
    card = Scorecard(pack="desk-114", pack_version="1", score=1, flags=(), findings=found)
    judgements.save_scorecard(session, call_id, number, card)
    session.get_one(CallRow, call_id).state = CallState.SCORED


def test_only_a_call_id_that_was_told_makes_a_canary(ledger: Ledger) -> None:
    """Another one is a caller's; so is ours after two minutes. Another line may get the same INVITE."""
    with ledger.transaction() as session:
        expect(session)
        assert not open_call(session, "theirs", "theirs@192.0.2.1")
        assert open_call(session, "refused-by-a-full-line")
        assert open_call(session)
        row = session.query(CanaryRow).one()
        assert row.call_id == "ours"
        row.placed_at -= canaries.FRESH
        session.flush()
        assert not open_call(session, "late")
        ours = [call.id for call in calls.list_calls(session, canaries=True)]
        assert set(ours) == {"ours", "refused-by-a-full-line"}
        assert {call.id for call in calls.list_calls(session, canaries=False)} == {"theirs", "late"}


@pytest.mark.parametrize(
    ("closing", "missed", "is_right"),
    [
        (Verdict.FAIL, (), True),
        (Verdict.PASS, ("closing",), False),
        (Verdict.CANNOT_TELL, ("closing",), False),
    ],
)
def test_a_whole_canary_is_judged_by_its_truth(
    ledger: Ledger, closing: Verdict, missed: tuple[str, ...], is_right: bool
) -> None:
    """A rule of which the script says nothing is nothing to it; what cannot be told is missed."""
    with ledger.transaction() as session:
        expect(session)
        open_call(session)
        end_call(session)
        assert canaries.settle(session) == []
        score(session, closing)
        (settled,) = canaries.settle(session)
        assert (settled.outcome, settled.missed) == (CanaryOutcome.WHOLE, missed)
        assert settled.is_right is is_right
        found = {each.finding.rule: each for each in canaries.findings(session, settled.placed_at)}
        assert set(found) == {"closing", "greeting"}
        assert (found["closing"].truth, found["closing"].finding.verdict) == (Verdict.FAIL, closing)
        canaries.note_problem(session, OUR_ID, "turn 2 was not heard")
        assert canaries.findings(session, settled.placed_at) == []  # the truth is not sure any more


def only_answered(session: Session, call_id: str) -> None:
    """Cut off before the operator."""
    end_call(session, call_id, operator=None)
    score(session, Verdict.FAIL, call_id)


def test_an_overdue_canary_is_told_by_how_far_it_came(ledger: Ledger) -> None:
    """Each part of the hotline that fails has its own outcome."""
    courses: dict[str, Callable[[Session], None]] = {
        "answered": lambda session: calls.mark_answered(session, "answered", now()),
        "ended": lambda session: end_call(session, "ended"),
        "left": lambda session: only_answered(session, "left"),
    }
    with ledger.transaction() as session:
        expect(session, "nobody@127.0.0.1")
        for call_id, course in courses.items():
            expect(session, f"{call_id}@127.0.0.1")
            open_call(session, call_id, f"{call_id}@127.0.0.1")
            course(session)
        settled = canaries.settle(session, at=now() + timedelta(hours=1))
        told = canaries.tally(session, settled[0].placed_at)
    assert {canary.call_id: canary.outcome for canary in settled} == {
        None: CanaryOutcome.NOT_ANSWERED,
        "answered": CanaryOutcome.NOT_RECORDED,
        "ended": CanaryOutcome.NOT_RECORDED,
        "left": CanaryOutcome.NOT_TALKED,
    }
    assert (sum(told.outcomes.values()), told.whole_at) == (4, None)


STATISTICS: dict[str, Callable[[Session], object]] = {
    "queue": lambda session: figures.queue_figures(session, *day()),
    "handling": lambda session: figures.recent_handling_s(session, "114"),
    "waiting": wallboard.waiting_now,
    "in progress": wallboard.calls_in_progress,
    "calls": lambda session: wallboard.calls_since(session, day()[0]),
    "waits": lambda session: wallboard.waits_since(session, day()[0], (5.0,)),
    "operator's calls": lambda session: wallboard.operator_calls_since(session, day()[0], ["8001", "8999"]),
}


def day() -> tuple:  # type: ignore[type-arg]
    """From yesterday to tomorrow."""
    return now() - timedelta(days=1), now() + timedelta(days=1)


def three_calls(session: Session, name: str, *, operator: str) -> None:
    """One that was served, one that gave up, one that waits."""
    for course in ("served", "left", "waits"):
        call_id = f"{name}-{course}"
        open_call(session, call_id, f"{call_id}@127.0.0.1")
        session.flush()
        join(session, call_id=call_id, desk="114")
    leave(session, f"{name}-served", QueueOutcome.BRIDGED)
    end_call(session, f"{name}-served", operator=operator)
    leave(session, f"{name}-left", QueueOutcome.ABANDONED)
    calls.mark_answered(session, f"{name}-left", now())
    calls.mark_ended(
        session, f"{name}-left", ending=LEFT, ended_at=now(), desk="114", facts={"left_after_s": "3"}
    )


def test_canaries_are_in_no_statistic(ledger: Ledger) -> None:
    """A caller's calls are counted in each, the same calls by canaries change none of them."""
    with ledger.transaction() as session:
        empty = {name: count(session) for name, count in STATISTICS.items()}
        three_calls(session, "caller", operator="8001")
        before = {name: count(session) for name, count in STATISTICS.items()}
        assert [name for name in STATISTICS if before[name] == empty[name]] == []
        for course in ("served", "left", "waits"):
            expect(session, f"ours-{course}@127.0.0.1")
        session.flush()
        three_calls(session, "ours", operator="8999")
        assert {name: count(session) for name, count in STATISTICS.items()} == before


def test_a_canarys_invite_is_accounted_for(ledger: Ledger) -> None:
    """It is an INVITE like any other, to `hotline reconcile` and to the edge's count."""
    with ledger.transaction() as session:
        expect(session)
        open_call(session)
        session.flush()
        assert [invite.call_id for invite in accounts.invites(session, Scope())] == ["ours"]
