"""What rules may compare of a call: the facts of its row and its marks beside its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.facts import facts_of
from hotline.judging import judged_marks
from ledger.records import Call, Ending, Mark
from ledger.states import CallState, Origin, Place, Reason, Result

AT = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # Monday, half past one in the morning, at the desk
BRIDGED = Mark(place=Place.OPERATOR, start_s=5.0, end_s=60.0, detail="8001")
AGAIN = Mark(place=Place.OPERATOR, start_s=70.0, end_s=90.0, detail="8002")
QUEUE = Mark(place=Place.QUEUE, start_s=60.0, end_s=70.0, detail="112")
READ_BACK = Mark(place=Place.READ_BACK, start_s=60.0, end_s=75.0)
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
        ((BRIDGED, READ_BACK, SURVEY), Reason.NUMBER_READ, Place.SURVEY, None),
        ((BRIDGED, AGAIN, SURVEY), Reason.OPERATOR_HUNG_UP, Place.SURVEY, None),
        ((), Reason.CALLER_HUNG_UP, Place.QUEUE, None),
        ((BRIDGED,), Reason.TIME_LIMIT, Place.OPERATOR, None),
    ],
)
def test_who_hung_up_first(marks: tuple[Mark, ...], reason: Reason, place: Place, by: str | None) -> None:
    """Callers whom the survey still asked were left by the operator; other ends are nobody's."""
    assert facts_of(call(*marks, reason=reason, place=place)).get("hung_up_by") == by


def test_the_row_and_the_marks_are_facts() -> None:
    """With the hour and the weekday at the desk; what is not known is not there."""
    facts = facts_of(call(BRIDGED, AGAIN))
    assert (facts["hour"], facts["weekday"]) == ("1", "1")
    assert (facts["transfers"], facts["queue_wait_s"], facts["operator"]) == ("1", "12.500", "8001")
    assert "desk" not in facts
    assert "transfers" not in facts_of(call())


@pytest.mark.parametrize(
    ("marks", "how"),
    [
        ((BRIDGED, SURVEY), None),
        ((BRIDGED, READ_BACK, SURVEY), "read_back"),
        ((BRIDGED, QUEUE), "transfer"),  # nobody answered there
        ((BRIDGED, QUEUE, AGAIN), "transfer"),
        ((QUEUE, AGAIN, SURVEY), None),
    ],
)
def test_how_a_caller_was_handed_over(marks: tuple[Mark, ...], how: str | None) -> None:
    """By the first operator: rules of parting are not for who hands a caller over."""
    assert facts_of(call(*marks)).get("handed_over") == how


def test_nobody_answers_for_what_another_operator_said() -> None:
    """A transferred call is judged by what its own operator said; the way around it is known."""
    assert judged_marks(call(BRIDGED, QUEUE, AGAIN, SURVEY)) == (BRIDGED, QUEUE, SURVEY)


def test_what_is_masked_or_for_programs_is_not_told() -> None:
    """A rule must not quote what a mask hides; the caller's own facts stand before the row's."""
    facts = facts_of(call(BRIDGED, account="123456", masked_facts="account", survey_mark="5", hour="noon"))
    assert facts["survey_mark"] == "5"
    assert facts["hour"] == "noon"
    assert not {"account", "masked_facts"} & set(facts)


@pytest.mark.parametrize(("origin", "way"), [(Origin.SIP, "inbound"), (Origin.OUTBOUND, "outbound")])
def test_which_way_a_call_went(origin: Origin, way: str) -> None:
    """Norms for callers can leave out those whom we called."""
    assert facts_of(replace(call(), origin=origin))["direction"] == way
