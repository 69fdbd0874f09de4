"""What an operator does, who may change it, and what a call does to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from ledger import operators, waiting
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.operator_states import IN_CALL, PEOPLE, TRANSITIONS
from ledger.states import ChangedBy, OperatorState
from ledger.waiting import Floor, Match

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OFF, IDLE, AWAY = OperatorState.OFF, OperatorState.IDLE, OperatorState.AWAY
RINGING, TALKING, WRAP_UP = OperatorState.RINGING, OperatorState.TALKING, OperatorState.WRAP_UP


@pytest.fixture
def session(ledger: Ledger) -> Iterator[Session]:
    """One transaction for the whole test, with 8001 at a fixed address and 8002 who registers."""
    with ledger.transaction() as opened:
        operators.enrol(opened, ["8001", "8002"], registering={"8002"})
        yield opened


def after(seconds: float) -> datetime:
    """A moment of the test."""
    return START + timedelta(seconds=seconds)


def state_of(session: Session, number: str = "8001", at_s: float = 0.0) -> OperatorState:
    """What an operator does at a moment."""
    return operators.get_operator(session, number, at=after(at_s)).state


def give(session: Session, call_id: str = "a", number: str = "8001", at_s: float = 0.0) -> None:
    """Reserve an operator for a call."""

    def choose(_floor: Floor) -> list[Match]:
        return [Match(call_id=call_id, operator=number)]

    assert waiting.match(session, choose, at=after(at_s)), f"{number} was not free"


def test_fixed_addresses_start_idle_and_registering_phones_off(session: Session) -> None:
    """A phone that must register can take no call before it has."""
    assert [(one.number, one.state) for one in operators.list_operators(session)] == [
        ("8001", IDLE),
        ("8002", OFF),
    ]


def test_enrolling_again_frees_nobody_and_removes_who_left_the_plan(session: Session) -> None:
    """A line that starts must not make a talking operator idle, whoever is still in the plan."""
    give(session)
    operators.enrol(session, ["8003"])
    assert [(one.number, one.state) for one in operators.list_operators(session, at=START)] == [
        ("8001", OperatorState.RESERVED),
        ("8003", IDLE),
    ]


@pytest.mark.parametrize(("state", "wanted"), list(product(OperatorState, OperatorState)))
def test_people_change_what_the_table_lets_them(
    session: Session, state: OperatorState, wanted: OperatorState
) -> None:
    """Every pair of states: allowed, noted for after the call, or refused with a sentence."""
    bring_to(session, state)
    allowed = bool(TRANSITIONS.get((state, wanted), frozenset()) & PEOPLE)
    if not allowed:
        with pytest.raises(Conflict, match=f"operator 8001 is {state} and cannot be set {wanted}; "):
            operators.set_by_person(session, "8001", wanted, at=START)
        return
    record = operators.set_by_person(session, "8001", wanted, at=START)
    if state in IN_CALL:
        assert (record.state, record.after_call) == (state, None if wanted is IDLE else wanted)
    else:
        assert (record.state, record.after_call) == (wanted, None)


def bring_to(session: Session, state: OperatorState) -> None:
    """Bring 8001 to a state by the ways that lead there."""
    if state in {OFF, AWAY}:
        operators.set_by_person(session, "8001", state, at=START)
    if state in {*IN_CALL, WRAP_UP}:
        give(session)
    if state in {RINGING, TALKING, WRAP_UP}:
        assert operators.start_ringing(session, "8001", "a", at=START)
    if state in {TALKING, WRAP_UP}:
        assert operators.start_talking(session, "8001", "a", at=START)
    if state is WRAP_UP:
        operators.let_go(session, "8001", "a", wrap_up_s=10, at=START)
    assert state_of(session) is state


@pytest.mark.parametrize("by", [ChangedBy.LINE, ChangedBy.EDGE])
def test_only_people_change_by_hand(session: Session, by: ChangedBy) -> None:
    """Lines and the edge have ways of their own."""
    with pytest.raises(Conflict):
        operators.set_by_person(session, "8001", AWAY, by=by)


def test_an_unknown_operator_is_told(session: Session) -> None:
    """The plan lists them."""
    with pytest.raises(NotFound, match="there is no operator '9999'"):
        operators.set_by_person(session, "9999", AWAY)


@pytest.mark.parametrize("wanted", [AWAY, OFF])
def test_who_goes_while_talking_goes_after_the_call(session: Session, wanted: OperatorState) -> None:
    """The conversation goes on; then there is no wrap-up, and the reason is told."""
    bring_to(session, TALKING)
    operators.set_by_person(session, "8001", wanted, "小休", at=START)
    assert state_of(session) is TALKING
    operators.let_go(session, "8001", "a", wrap_up_s=30, at=after(5))
    left = operators.get_operator(session, "8001", at=after(5))
    assert (left.state, left.after_call, left.call_id) == (wanted, None, None)
    assert left.away_reason == ("小休" if wanted is AWAY else "")


def test_wanting_idle_while_talking_takes_the_wish_back(session: Session) -> None:
    """Who has changed their mind wraps up as usual."""
    bring_to(session, TALKING)
    operators.set_by_person(session, "8001", AWAY, "小休", at=START)
    operators.set_by_person(session, "8001", IDLE, at=START)
    operators.let_go(session, "8001", "a", wrap_up_s=30, at=START)
    assert state_of(session) is WRAP_UP


def test_a_wrap_up_ends_by_itself(session: Session) -> None:
    """Nobody writes it down: the operator is told as idle since its end, and can be reserved."""
    bring_to(session, WRAP_UP)
    assert state_of(session, at_s=9.9) is WRAP_UP
    idle = operators.get_operator(session, "8001", at=after(10))
    assert (idle.state, idle.since) == (IDLE, after(10))
    give(session, "b", at_s=10)
    assert state_of(session, at_s=10) is OperatorState.RESERVED


def test_two_misses_in_a_row_set_away(session: Session) -> None:
    """The first leaves the operator idle, the second tells the reason; signing on again forgets them."""
    for call_id, sets_away in (("a", False), ("b", True)):
        give(session, call_id)
        operators.start_ringing(session, "8001", call_id, at=START)
        assert operators.miss(session, "8001", call_id, most=2, at=START) is sets_away
    missed = operators.get_operator(session, "8001", at=START)
    assert (missed.state, missed.away_reason) == (AWAY, operators.AWAY_MISSED)
    assert operators.set_by_person(session, "8001", IDLE, at=START).misses == 0


def test_a_conversation_between_two_misses_forgives_the_first(session: Session) -> None:
    """Only misses in a row count."""
    give(session, "a")
    operators.miss(session, "8001", "a", most=2, at=START)
    give(session, "b")
    operators.start_ringing(session, "8001", "b", at=START)
    operators.start_talking(session, "8001", "b", at=START)
    operators.let_go(session, "8001", "b", at=START)
    give(session, "c")
    assert operators.miss(session, "8001", "c", most=2, at=START) is False


def test_a_phone_that_refused_is_left_alone_for_a_while(session: Session) -> None:
    """Idle, but not to be reserved before the rest is over."""
    give(session)
    operators.miss(session, "8001", "a", most=2, rest_s=3, at=START)
    assert state_of(session, at_s=1) is IDLE
    assert not operators.get_operator(session, "8001", at=after(1)).is_free(after(1))
    assert waiting.match(session, lambda _: [Match(call_id="b", operator="8001")], at=after(2.9)) == ()
    give(session, "b", at_s=3)


def test_a_caller_who_leaves_while_it_rings_is_no_miss(session: Session) -> None:
    """The operator is idle again with nothing held against anybody."""
    bring_to(session, RINGING)
    operators.let_go(session, "8001", "a", wrap_up_s=30, at=START)
    record = operators.get_operator(session, "8001", at=START)
    assert (record.state, record.misses) == (IDLE, 0)


def test_a_call_that_lost_its_reservation_moves_nobody(session: Session) -> None:
    """A line that was taken for dead comes back: its operator belongs to another call by then."""
    give(session, "a")
    operators.free_operators_of(session, ["a"], at=START)
    give(session, "b")
    assert not operators.start_ringing(session, "8001", "a", at=START)
    assert not operators.start_talking(session, "8001", "a", at=START)
    operators.let_go(session, "8001", "a", at=START)
    assert operators.miss(session, "8001", "a", most=1, at=START) is False
    assert operators.get_operator(session, "8001", at=START).call_id == "b"


def test_a_registration_signs_on_and_its_end_signs_off(session: Session) -> None:
    """The phone appears: idle. It goes, or is not refreshed: off."""
    operators.note_registration(session, "8002", after(60), at=START)
    assert state_of(session, "8002") is IDLE
    assert state_of(session, "8002", at_s=60) is OFF, "not refreshed"
    assert waiting.match(session, lambda _: [Match(call_id="a", operator="8002")], at=after(60)) == ()
    operators.note_registration(session, "8002", after(200), at=after(100))
    assert state_of(session, "8002", at_s=100) is IDLE
    operators.note_registration(session, "8002", None, at=after(110))
    assert state_of(session, "8002", at_s=110) is OFF


def test_a_refresh_changes_no_state(session: Session) -> None:
    """Who signed off or went away by phone stays so while the phone refreshes its registration."""
    operators.note_registration(session, "8002", after(60), at=START)
    for wanted in (AWAY, OFF):
        operators.set_by_person(session, "8002", wanted, at=START)
        operators.note_registration(session, "8002", after(90), at=after(30))
        assert state_of(session, "8002", at_s=30) is wanted


def test_nobody_signs_on_without_a_phone(session: Session) -> None:
    """A clear sentence instead of an operator whom no call can reach."""
    with pytest.raises(Conflict, match="phone of operator 8002 is not registered; register it"):
        operators.set_by_person(session, "8002", IDLE, at=START)


def test_a_registration_that_ends_in_a_call_counts_after_it(session: Session) -> None:
    """The conversation goes on; then the operator is off."""
    operators.note_registration(session, "8002", after(60), at=START)
    give(session, "a", "8002")
    operators.start_ringing(session, "8002", "a", at=START)
    operators.start_talking(session, "8002", "a", at=START)
    operators.note_registration(session, "8002", None, at=after(5))
    assert state_of(session, "8002", at_s=5) is TALKING
    operators.let_go(session, "8002", "a", wrap_up_s=30, at=after(9))
    assert state_of(session, "8002", at_s=9) is OFF


def test_a_registration_means_nothing_to_a_fixed_address(session: Session) -> None:
    """Its operator is reached without one, and stays as they were."""
    operators.note_registration(session, "8001", None, at=START)
    assert state_of(session) is IDLE
