"""Who gets whom: pure, from a floor written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.matching import Matcher, expected_wait_s, told_minutes
from ledger.operators import OperatorRecord
from ledger.states import OperatorState
from ledger.waiting import Floor, Match, Waiting
from sip_config.desk import Desk, Operator
from sip_config.plan import Plan

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    """A moment before."""
    return NOW - timedelta(seconds=seconds)


def plan(desks: dict[str, dict[str, Any]], operators: dict[str, dict[str, Any]] | None = None) -> Plan:
    """Only what matching reads of a plan."""
    made = {key: Desk.model_validate({"name": key, **desk}) for key, desk in desks.items()}
    numbers = {number for desk in made.values() for number in desk.everyone}
    known = {
        number: Operator.model_validate({"name": number, **(operators or {}).get(number, {})})
        for number in sorted(numbers)
    }
    return Plan.model_construct(desks=made, operators=known)


def caller(id_: int, waited_s: float = 10.0, desk: str = "114", **more: Any) -> Waiting:
    """A caller who has waited so long."""
    at = ago(waited_s)
    return Waiting(id=id_, call_id=f"call-{id_}", desk=desk, joined_at=at, entered_at=at, **more)


def operator(number: str, idle_s: float = 10.0, **more: Any) -> OperatorRecord:
    """An operator, idle for so long unless told otherwise."""
    fields: dict[str, Any] = {
        "state": OperatorState.IDLE,
        "since": ago(idle_s),
        "call_id": None,
        "until": None,
        "after_call": None,
        "away_reason": "",
        "misses": 0,
        "calls": 0,
        "last_call_at": None,
        "registers": False,
        "registered_until": None,
    }
    return OperatorRecord(number=number, **{**fields, **more})


def given_to(matcher: Matcher, waiting: list[Waiting], operators: list[OperatorRecord]) -> dict[int, str]:
    """Operators by the caller's id."""
    floor = Floor(at=NOW, waiting=tuple(waiting), operators=tuple(operators))
    return {int(match.call_id.removeprefix("call-")): match.operator for match in matcher.choose(floor)}


ONE_DESK = {"114": {"operators": ["8001", "8002", "8003"]}}


def test_who_has_waited_longest_is_first() -> None:
    """One operator, three callers; of two who came at once the first to join."""
    matcher = Matcher(plan(ONE_DESK))
    assert given_to(matcher, [caller(1, 5), caller(2, 9), caller(3, 7)], [operator("8001")]) == {2: "8001"}
    assert given_to(matcher, [caller(2, 9), caller(1, 9)], [operator("8001")]) == {1: "8001"}


def test_rank_grows_by_the_desks_weight_and_a_head_start() -> None:
    """A heavier desk's callers overtake; a head start counts as seconds waited."""
    shared = {"operators": ["8001"]}
    matcher = Matcher(plan({"114": shared, "vip": {**shared, "weight": 3}}))
    assert given_to(matcher, [caller(1, 25), caller(2, 10, "vip")], [operator("8001")]) == {2: "8001"}
    assert given_to(matcher, [caller(1, 31), caller(2, 10, "vip")], [operator("8001")]) == {1: "8001"}
    assert given_to(matcher, [caller(1, 31), caller(2, 10, "vip", head_start_s=2)], [operator("8001")]) == {
        2: "8001"
    }


@pytest.mark.parametrize(
    ("strategy", "best"),
    [("longest_idle", "8001"), ("round_robin", "8002"), ("fewest_calls", "8003"), ("skill", "8001")],
)
def test_strategies_choose_among_the_free(strategy: str, best: str) -> None:
    """Idle for longest; whose last call is longest ago; who has talked least."""
    matcher = Matcher(plan({"114": {**ONE_DESK["114"], "strategy": strategy}}))
    staff = [
        operator("8001", idle_s=90, calls=7, last_call_at=ago(100)),
        operator("8002", idle_s=50, calls=5, last_call_at=ago(300)),
        operator("8003", idle_s=70, calls=2, last_call_at=ago(200)),
    ]
    assert given_to(matcher, [caller(1)], staff) == {1: best}


def test_whoever_has_just_missed_a_ring_is_asked_last() -> None:
    """The next ring goes to somebody else, even to one of a later tier; alone they are asked again."""
    desk = {"operators": ["8001"], "tiers": [{"operators": ["8002"], "after_s": 5}]}
    matcher = Matcher(plan({"114": {**desk, "strategy": "fewest_calls"}}))
    missed, other = operator("8001", misses=1), operator("8002", calls=9)
    assert given_to(matcher, [caller(1)], [missed, other]) == {1: "8002"}
    assert given_to(matcher, [caller(1)], [missed]) == {1: "8001"}


def test_tiers_open_after_their_waits() -> None:
    """The second tier only for who has waited long enough, and then after the first."""
    desk = {"operators": ["8001"], "tiers": [{"operators": ["8002"], "after_s": 20}]}
    matcher = Matcher(plan({"114": desk}))
    both = [operator("8001", idle_s=1), operator("8002", idle_s=900)]
    assert given_to(matcher, [caller(1, 30), caller(2, 15)], both) == {1: "8001"}
    assert given_to(matcher, [caller(1, 30), caller(2, 25)], both) == {1: "8001", 2: "8002"}
    assert matcher.candidates(caller(1, 15), NOW) == ["8001"]
    assert matcher.candidates(caller(1, 20), NOW) == ["8001", "8002"]


def test_skills_are_needed_and_the_best_level_wins() -> None:
    """All skills that the step names; by strategy skill the best at them, else as the strategy says."""
    operators = {
        "8001": {"skills": {"broadband": 3}},
        "8002": {"skills": {"broadband": 9, "english": 1}},
    }
    staff = [operator("8001", idle_s=99), operator("8002", idle_s=5), operator("8003", idle_s=999)]
    needs = caller(1, skills=("broadband",))
    by_skill = Matcher(plan({"114": {**ONE_DESK["114"], "strategy": "skill"}}, operators))
    by_idle = Matcher(plan(ONE_DESK, operators))
    assert given_to(by_skill, [needs], staff) == {1: "8002"}
    assert given_to(by_idle, [needs], staff) == {1: "8001"}
    assert given_to(by_idle, [caller(1, skills=("broadband", "english"))], staff) == {1: "8002"}
    assert given_to(by_idle, [caller(1, skills=("cable",))], staff) == {}


@pytest.mark.parametrize(
    ("state", "served"),
    [(OperatorState.TALKING, {}), (OperatorState.WRAP_UP, {}), (OperatorState.AWAY, {1: "8001"})],
)
def test_a_language_is_waited_for_while_somebody_speaks_it(
    state: OperatorState, served: dict[int, str]
) -> None:
    """8002 speaks English: on duty they are waited for; away, anybody may answer."""
    matcher = Matcher(plan(ONE_DESK, {"8002": {"languages": ["zh", "en"]}}))
    asks = caller(1, language="en")
    assert given_to(matcher, [asks], [operator("8001"), operator("8002", state=state)]) == served
    assert given_to(matcher, [asks], [operator("8001"), operator("8002")]) == {1: "8002"}
    assert given_to(matcher, [caller(1, language="zh")], [operator("8001")]) == {1: "8001"}


def test_only_the_free_are_given() -> None:
    """Whoever talks, wraps up, is away or rests after a refusal is not."""
    busy = [operator("8001", state=state) for state in OperatorState if state is not OperatorState.IDLE]
    resting = operator("8001", until=NOW + timedelta(seconds=1))
    matcher = Matcher(plan(ONE_DESK))
    for one in [*busy, resting]:
        assert given_to(matcher, [caller(1)], [one]) == {}
    assert given_to(matcher, [caller(1)], [operator("8001", until=NOW)]) == {1: "8001"}


def test_an_operator_of_two_desks_is_given_once() -> None:
    """To the caller who ranks higher, whatever the desk."""
    matcher = Matcher(plan({"114": {"operators": ["8001"]}, "112": {"operators": ["8001", "8002"]}}))
    waiting = [caller(1, 20), caller(2, 30, "112"), caller(3, 10, "112")]
    staff = [operator("8001", idle_s=50), operator("8002", idle_s=5)]
    assert given_to(matcher, waiting, staff) == {2: "8001", 3: "8002"}


def test_a_position_is_the_place_by_rank_at_the_desk() -> None:
    """The first is 1; callers of other desks do not count."""
    matcher = Matcher(plan({**ONE_DESK, "112": {"operators": ["8001"]}}))
    floor = Floor(
        at=NOW, waiting=(caller(1, 5), caller(2, 9), caller(3, 99, "112")), operators=(operator("8001"),)
    )
    assert [matcher.position(f"call-{id_}", floor) for id_ in (1, 2, 3, 4)] == [2, 1, 1, None]


def test_the_expected_wait_counts_the_operators_who_come_free() -> None:
    """Position times handling time by operators; said in whole minutes, rounded up."""
    assert expected_wait_s(position=4, on_duty=3, handling_s=90) == pytest.approx(120)
    assert expected_wait_s(position=1, on_duty=0, handling_s=90) == pytest.approx(90)
    assert [told_minutes(wait_s) for wait_s in (0, 60, 61, 120)] == [1, 1, 2, 2]


@given(
    waits=st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["114", "112"])), max_size=12),
    idle=st.lists(
        st.tuples(st.sampled_from(["8001", "8002", "8003", "8004"]), st.booleans()),
        max_size=4,
        unique_by=lambda pair: pair[0],
    ),
)
def test_nobody_is_given_twice_and_nobody_is_passed_over(
    waits: list[tuple[int, str]], idle: list[tuple[str, bool]]
) -> None:
    """Each operator and caller at most once, and no free operator idles beside a caller who suits."""
    matcher = Matcher(
        plan({"114": {"operators": ["8001", "8002", "8003"]}, "112": {"operators": ["8003", "8004"]}})
    )
    waiting = [caller(id_, waited_s, desk) for id_, (waited_s, desk) in enumerate(waits)]
    staff = [
        operator(number, state=OperatorState.IDLE if free else OperatorState.TALKING) for number, free in idle
    ]
    floor = Floor(at=NOW, waiting=tuple(waiting), operators=tuple(staff))
    matches = matcher.choose(floor)
    assert matches == matcher.choose(
        Floor(at=NOW, waiting=tuple(reversed(waiting)), operators=tuple(reversed(staff)))
    )
    taken = [match.operator for match in matches]
    served = {match.call_id for match in matches}
    assert len(set(taken)) == len(taken) == len(served)
    for one in waiting:
        suits = set(matcher.candidates(one, NOW)) & {record.number for record in staff if record.is_free(NOW)}
        assert one.call_id in served or suits <= set(taken)
        if one.call_id not in served:
            rivals = [other for other in waiting if other.desk == one.desk and other.call_id in served]
            assert all(matcher.rank(rival, NOW) >= matcher.rank(one, NOW) for rival in rivals)


def test_matches_name_calls_and_operators() -> None:
    """What the ledger reserves by."""
    floor = Floor(at=NOW, waiting=(caller(7),), operators=(operator("8001"),))
    assert Matcher(plan(ONE_DESK)).choose(floor) == (Match(call_id="call-7", operator="8001"),)
