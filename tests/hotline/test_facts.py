"""What rules may compare of a call: the facts of its row and its marks beside its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.facts import facts_of
from ledger.records import Call, Ending, Mark
from ledger.states import CallState, Origin, Place, Reason, Result

AT = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # Monday, half past one in the morning, at the desk
BRIDGED = Mark(place=Place.OPERATOR, start_s=5.0, end_s=60.0, detail="8001")
AGAIN = Mark(place=Place.OPERATOR, start_s=70.0, end_s=90.0, detail="8002")
SURVEY = Mark(place=Place.SURVEY, start_s=90.0, end_s=99.0)


def call(
    *marks: Mark, reason: Reason = Reason.CALLER_HUNG_UP, place: Place = Place.OPERATOR, **facts: str
) -> Call:
    """A call that ended so."""
    return Call(
        id="a",
        origin=Origin.SIP,
        sip_call_id=None,
        hotline="114",
        caller="139",
        state=CallState.RECORDED,
        received_at=AT,
        ending=Ending(result=Result.SERVED, reason=reason, place=place),
        operator="8001",
        queue_wait_s=12.5,
        marks=marks,
        facts=facts,
    )


@pytest.mark.parametrize(
    ("marks", "reason", "place", "by"),
    [
        ((BRIDGED,), Reason.CALLER_HUNG_UP, Place.OPERATOR, "caller"),
        ((BRIDGED,), Reason.OPERATOR_HUNG_UP, Place.OPERATOR, "operator"),
        ((BRIDGED, SURVEY), Reason.CALLER_HUNG_UP, Place.SURVEY, "operator"),
        ((), Reason.CALLER_HUNG_UP, Place.QUEUE, None),
        ((BRIDGED,), Reason.TIME_LIMIT, Place.OPERATOR, None),
    ],
)
def test_who_hung_up_first(marks: tuple[Mark, ...], reason: Reason, place: Place, by: str | None) -> None:
    """Callers whom the survey still asked were left by the operator; a line's end is nobody's."""
    assert facts_of(call(*marks, reason=reason, place=place)).get("hung_up_by") == by


def test_the_row_and_the_marks_are_facts() -> None:
    """With the hour and the weekday at the desk; what is not known is not there."""
    facts = facts_of(call(BRIDGED, AGAIN))
    assert (facts["hour"], facts["weekday"]) == ("1", "1")
    assert (facts["transfers"], facts["queue_wait_s"], facts["operator"]) == ("1", "12.500", "8001")
    assert "desk" not in facts
    assert "transfers" not in facts_of(call())


def test_what_is_masked_or_for_programs_is_not_told() -> None:
    """A rule must not quote what a mask hides; the caller's own facts stand before the row's."""
    facts = facts_of(call(BRIDGED, account="123456", masked_facts="account", survey_mark="5", hour="noon"))
    assert facts["survey_mark"] == "5"
    assert facts["hour"] == "noon"
    assert not {"account", "masked_facts"} & set(facts)
