"""Samples in the ledger: what is kept of a draw, who listens, what counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from ledger import calls, judgements, retained, sample_frames, sample_verdicts, samples, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Ending, Finding
from ledger.sample_verdicts import Breach, MachineVerdict
from ledger.samples import Outcome, Sampled, SampleDraw
from ledger.states import Decision, Origin, Reason, Result, UserRole, Verdict
from ledger.tables import CallRow
from tests.hotline.sample_month import add_month

FRAME = "f" * 64
BEGAN = datetime(2026, 11, 2, tzinfo=UTC)


def add_call(session: Session, call_id: str, *, operator: str | None = "8001") -> None:
    """An answered call."""
    calls.add_call(session, call_id=call_id, hotline="114")
    session.flush()
    session.get_one(CallRow, call_id).received_at = BEGAN
    ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
    calls.mark_answered(session, call_id, BEGAN)
    calls.mark_ended(session, call_id, ending=ending, ended_at=BEGAN, operator=operator)


def a_draw() -> SampleDraw:
    """A draw's record."""
    return SampleDraw(
        plan_id="p",
        title="抽样",
        plan={"id": "p"},
        first_day=date(2026, 11, 1),
        end_day=date(2026, 12, 1),
        zone="Asia/Shanghai",
        frame_sha256=FRAME,
        algorithm="a",
        seed="s",
        strata=[{"least": 0.1}],
        cells=[["", "8001", "d", "t", 3]],
        gaps={},
        drawn_by="zhao",
        drawn_at=now(),
    )


def sampled(call_id: str) -> Sampled:
    """A drawn call's record."""
    return Sampled(
        part="monitors", call_id=call_id, stratum="", probability=1 / 3, operator="8001", desk="d", team="t"
    )


def test_a_draw_comes_back_as_it_was_kept(either_ledger: Ledger) -> None:
    """Probabilities to the last bit, on both databases; a frame of two draws is kept once."""
    with either_ledger.transaction() as session:
        add_call(session, "a")
        first = samples.save_draw(session, a_draw(), b"frame", 3, [sampled("a")])
        second = samples.save_draw(session, a_draw(), b"other", 3, [])
    with either_ledger.reading() as session:
        kept = samples.get_draw(session, first)
        assert (kept.strata, kept.cells) == (a_draw().strata, a_draw().cells)
        assert kept.first_day == date(2026, 11, 1)
        (one,) = samples.sampled_calls(session, first)
        assert one.probability == 1 / 3
        assert samples.get_frame(session, FRAME) == b"frame"
        kept_draws = [(one.draw.id, one.sampled) for one in samples.list_draws(session)]
        assert kept_draws == [(second, 0), (first, 1)]
        with pytest.raises(NotFound, match="no draw 99"):
            samples.get_draw(session, 99)


def test_the_newest_check_counts_and_older_ones_stay(ledger: Ledger) -> None:
    """Whoever listened again is right."""
    with ledger.transaction() as session:
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        add_call(session, "a")
        draw_id = samples.save_draw(session, a_draw(), b"", 3, [sampled("a")])
        (li,) = samples.listeners(session)
        (one,) = samples.sampled_calls(session, draw_id)
        samples.assign(session, [one.id], li.id)
        samples.save_check(session, one.id, li.id, Outcome.WRONG, 60.0)
        samples.save_check(session, one.id, li.id, Outcome.IN_ORDER, 100.0)
    with ledger.reading() as session:
        (one,) = samples.sampled_calls(session, draw_id)
        assert one.check is not None
        assert (one.check.outcome, one.check.score, one.assigned_to) == (Outcome.IN_ORDER, 100.0, "李")
        (progress,) = samples.list_draws(session)
        assert (progress.sampled, progress.checked) == (1, 1)
        with pytest.raises(NotFound):
            samples.get_sampled(session, draw_id + 1, one.id)
        with pytest.raises(NotFound, match="nobody called 'wu'"):
            samples.listeners(session, ["wu"])


def test_canaries_and_calls_without_an_operator_are_in_no_frame(either_ledger: Ledger) -> None:
    """What the test phone placed, and whoever spoke to nobody."""
    with either_ledger.transaction() as session:
        add_call(session, "a")
        add_call(session, "b")
        session.get_one(CallRow, "b").origin = Origin.CANARY
        add_call(session, "c", operator=None)
    with either_ledger.reading() as session:
        end = BEGAN.replace(day=3)
        found = list(sample_frames.candidates(session, BEGAN, end, origins=[Origin.SIP, Origin.CANARY]))
        assert [call.call_id for call in found] == ["a"]
        assert list(sample_frames.candidates(session, end, end, origins=[Origin.SIP])) == []
        assert not list(sample_frames.candidates(session, BEGAN, end, origins=[Origin.SIP], desks=["x"]))


def test_the_machines_verdicts_come_with_what_people_decided(either_ledger: Ledger) -> None:
    """The newest scorecard and the newest decisions, for a whole draw and for one call alike."""
    with either_ledger.transaction() as session:
        add_month(session)
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        drawn = [sampled(f"20261102-{number:06}") for number in range(4)]
        draw_id = samples.save_draw(session, a_draw(), b"", 40, drawn)
        (li,) = samples.listeners(session)
        failed = judgements.newest_scorecard(session, "20261102-000000")
        assert failed
        judgements.save_review(session, failed.findings[0].id or 0, li.id, Decision.REJECTED, "")
    with either_ledger.reading() as session:
        found = sample_verdicts.verdicts_of_draw(session, draw_id)
        assert [found[one.call_id].score for one in drawn] == [80, 100, 100, 100]
        broken = found["20261102-000000"]
        assert (broken.undecided, broken.standing, broken.reviewed_score) == (0, (), 100)
        assert found == {one.call_id: sample_verdicts.verdict_of_call(session, one.call_id) for one in drawn}


def test_a_rejected_breach_gives_back_what_its_dimension_had_lost_to_it() -> None:
    """As on the call's page: of 40 and 20 points a limit of 30 leaves 30; without the 40, 20."""
    points = {"greeting": 40.0, "closing": 20.0}
    breaches = [
        Breach(finding=a_fail(rule, lost), decision=Decision.REJECTED if rule == "greeting" else None)
        for rule, lost in points.items()
    ]
    verdict = MachineVerdict(score=70.0, limits={"亲": 30.0}, breaches=tuple(breaches))
    assert (verdict.undecided, verdict.reviewed_score) == (1, 80.0)
    standing = [replace(breach, decision=None) for breach in breaches] + [
        Breach(finding=a_fail("overtalk", 5.0), decision=Decision.REJECTED)
    ]
    assert replace(verdict, breaches=tuple(standing)).reviewed_score == 70.0


def a_fail(rule: str, points: float) -> Finding:
    """A breach of a norm of warmth."""
    return Finding(rule=rule, verdict=Verdict.FAIL, evidence=None, reason="", points=points, dimension="亲")


def test_a_check_outlives_what_it_was_made_of(ledger: Ledger) -> None:
    """Retention deletes the recording, transcript, findings and decisions; the estimate can be repeated."""
    with ledger.transaction() as session:
        add_month(session)
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        draw_id = samples.save_draw(session, a_draw(), b"", 40, [sampled("20261102-000000")])
        (li,) = samples.listeners(session)
        (one,) = samples.sampled_calls(session, draw_id)
        samples.save_check(session, one.id, li.id, Outcome.WRONG, 80.0)
        retained.forget(session, one.call_id)
    with ledger.reading() as session:
        (one,) = samples.sampled_calls(session, draw_id)
        assert one.check
        assert one.check.outcome is Outcome.WRONG
        assert sample_verdicts.verdicts_of_draw(session, draw_id) == {}
