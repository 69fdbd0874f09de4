"""From calls to frames: strata by the hotline's clock, gaps with their reason, risk from the machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ledger.sample_frames import Candidate
from ledger.states import CallState
from qa_scoring.sampling import Gap
from qa_scoring.sampling.framing import Around, gap_of, make_frame
from tests.qa_scoring.sampling.months import plan_of

CALL = Candidate(
    call_id="20261101-170000-a",
    received_at=datetime(2026, 11, 1, 17, 30, tzinfo=UTC),  # half past one on Monday the 2nd in Shanghai
    hotline="114",
    desk="enquiries",
    operator="8001",
    score=80.0,
    flag_count=2,
    state=CallState.SCORED,
    is_recorded=True,
    is_deleted=False,
)
AROUND = Around(
    zone=ZoneInfo("Asia/Shanghai"),
    teams={"8001": "查号班"},
    firsts={"8001": datetime(2026, 9, 1, tzinfo=UTC)},
    doubtful={"20261101-170000-a"},
)


def began(day: str) -> dict[str, object]:
    """8001 is new for one day from then."""
    return {"days": 1, "since": {"8001": day}}


@pytest.mark.parametrize(
    ("says", "stratum"),
    [
        ({"strata": ["hour"]}, "hour=00-08"),
        ({"strata": ["hour"], "hours": [6, 22]}, "hour=22-06"),
        ({"strata": ["week"]}, "week=2026-W45"),
        ({"strata": ["team", "desk"]}, "team=查号班|desk=enquiries"),
        ({"sample": {"operator_week": 5}}, "operator=8001|week=2026-W45"),
        ({"strata": ["new_staff"]}, "new_staff=new"),
        ({"strata": ["new_staff"], "new_staff": {"days": 30}}, "new_staff=old"),
        (
            {"strata": ["new_staff"], "new_staff": {"days": 1, "since": {"8001": "2026-11-02"}}},
            "new_staff=new",
        ),
        (
            {"strata": ["new_staff"], "new_staff": {"days": 1, "since": {"8001": "2026-11-01"}}},
            "new_staff=old",
        ),
        ({}, ""),
    ],
)
def test_strata_go_by_the_hotlines_own_clock(says: dict[str, object], stratum: str) -> None:
    """Half past one at night of a Monday is neither the Sunday nor the week of UTC."""
    (call,) = make_frame(plan_of(**says), [CALL], AROUND).calls
    assert call.stratum == stratum


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({}, None),
        ({"is_recorded": False, "is_deleted": True}, Gap.DELETED),
        ({"is_recorded": False, "state": CallState.UNRECORDED}, Gap.UNRECORDED),
        ({"is_recorded": False, "state": CallState.ENDED}, Gap.PENDING),
        ({"is_recorded": False, "state": CallState.ANSWERED}, Gap.PENDING),
        ({"is_recorded": False, "state": CallState.QUARANTINED}, Gap.QUARANTINED),
        ({"state": CallState.QUARANTINED}, None),  # people can hear what the machine cannot judge
    ],
)
def test_what_cannot_be_heard_says_why(change: dict[str, object], gap: Gap | None) -> None:
    """Nothing is left out in silence."""
    assert gap_of(replace(CALL, **change)) == gap


def test_risk_counts_flags_lost_points_and_doubt() -> None:
    """2 flags, 20 of 100 points, a rule that could not tell; a call without scorecard has its own."""
    plan = plan_of(select="risk", risk={"flag": 1, "score": 2, "cannot_tell": 0.5, "unjudged": 0.7})
    calls = [
        CALL,
        replace(CALL, call_id="b", score=None),
        replace(CALL, call_id="c", flag_count=0, score=100.0),
    ]
    sizes = {call.call_id: call.size for call in make_frame(plan, calls, AROUND).calls}
    assert sizes == {CALL.call_id: 2.9, "b": 0.7, "c": 0.0}
    assert {call.size for call in make_frame(plan_of(), calls, AROUND).calls} == {1.0}


def test_names_cannot_break_the_frames_text() -> None:
    """Tabs, line ends and bars of a desk's name become blanks and slashes."""
    frame = make_frame(plan_of(strata=["desk"]), [replace(CALL, desk="a\tb\nc|d")], AROUND)
    assert frame.calls[0].desk == "a b c/d"
    assert frame.calls[0].stratum == "desk=a b c/d"
    assert type(frame).unpacked(frame.packed) == frame
