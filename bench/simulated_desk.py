"""A busy desk against a simulated clock: no SIP, but the matching (and the ledger) that calls use."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ivr.matching import Matcher
from ledger import calls, operators, waiting
from ledger.database import Ledger
from ledger.operators import OperatorRecord
from ledger.records import Ending
from ledger.states import OperatorState, Place, QueueOutcome, Reason, Result
from ledger.waiting import Floor, Match, Waiting
from sip_config.desk import Desk, Operator
from sip_config.plan import Plan

DESK = "114"
START = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Hour:
    """An hour, or any other span, in which calls come at one rate and so many operators are there."""

    calls_a_second: float
    operators: int
    length_s: float = 3600.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """A caller who was served."""

    call_id: str
    operator: str
    hour: int  # in which the call came
    wait_s: float


class DoubleBooked(Exception):
    """An operator was given to two callers at once, or somebody who is not on duty was given."""


class SimulatedFloor(Protocol):
    """Where the simulation's calls wait and its operators work."""

    def on_duty(self, numbers: Sequence[str], at: datetime) -> None:
        """These operators take calls from now on; the others leave, after their calls."""

    def join(self, call_id: str, at: datetime) -> None:
        """A call waits."""

    def match(self, at: datetime) -> Sequence[Match]:
        """Give operators to callers, who are talking from now on."""

    def part(self, match: Match, at: datetime) -> None:
        """A conversation ends."""


class PureFloor:
    """In memory: nothing but the matching itself."""

    def __init__(self, matcher: Matcher, numbers: Sequence[str]) -> None:
        self._matcher = matcher
        self._waiting: dict[str, Waiting] = {}
        self._staff = {number: _off_duty(number) for number in numbers}
        self._joined = 0

    def on_duty(self, numbers: Sequence[str], at: datetime) -> None:
        """These operators take calls from now on; the others leave, after their calls."""
        for number, one in self._staff.items():
            is_wanted, talks = number in numbers, one.state is OperatorState.TALKING
            if talks:
                self._staff[number] = replace(one, after_call=None if is_wanted else OperatorState.OFF)
            elif is_wanted and one.state is OperatorState.OFF:
                self._staff[number] = replace(one, state=OperatorState.IDLE, since=at, calls=0)
            elif not is_wanted:
                self._staff[number] = replace(one, state=OperatorState.OFF, since=at)

    def join(self, call_id: str, at: datetime) -> None:
        """A call waits."""
        self._joined += 1
        self._waiting[call_id] = Waiting(
            id=self._joined, call_id=call_id, desk=DESK, joined_at=at, entered_at=at
        )

    def match(self, at: datetime) -> Sequence[Match]:
        """Give operators to callers, who are talking from now on."""
        if not self._waiting:
            return ()
        floor = Floor(at=at, waiting=tuple(self._waiting.values()), operators=tuple(self._staff.values()))
        matches = self._matcher.choose(floor)
        for match in matches:
            del self._waiting[match.call_id]
            one = self._staff[match.operator]
            self._staff[match.operator] = replace(
                one, state=OperatorState.TALKING, call_id=match.call_id, calls=one.calls + 1, last_call_at=at
            )
        return matches

    def part(self, match: Match, at: datetime) -> None:
        """A conversation ends."""
        one = self._staff[match.operator]
        state = one.after_call or OperatorState.IDLE
        self._staff[match.operator] = replace(one, state=state, since=at, call_id=None, after_call=None)


class LedgerFloor:
    """In a ledger: the very transactions that a line makes, each with the simulated moment."""

    def __init__(self, ledger: Ledger, matcher: Matcher, numbers: Sequence[str]) -> None:
        self._ledger, self._matcher = ledger, matcher
        with ledger.transaction() as session:
            operators.enrol(session, numbers)
            for number in numbers:
                operators.set_by_person(session, number, OperatorState.OFF, at=START)

    def on_duty(self, numbers: Sequence[str], at: datetime) -> None:
        """These operators take calls from now on; the others leave, after their calls."""
        with self._ledger.transaction() as session:
            for one in operators.list_operators(session, at=at):
                wanted = OperatorState.IDLE if one.number in numbers else OperatorState.OFF
                operators.set_by_person(session, one.number, wanted, at=at)

    def join(self, call_id: str, at: datetime) -> None:
        """A call waits."""
        with self._ledger.transaction() as session:
            calls.add_call(session, call_id=call_id, hotline=DESK)
            waiting.join(session, call_id=call_id, desk=DESK, at=at)

    def match(self, at: datetime) -> Sequence[Match]:
        """Give operators to callers, who are talking from now on."""
        with self._ledger.transaction() as session:
            matches = waiting.match(session, self._matcher.choose, at=at)
        for match in matches:
            self._pick_up(match, at)
        return matches

    def _pick_up(self, match: Match, at: datetime) -> None:
        with self._ledger.transaction() as session:
            rings = operators.start_ringing(session, match.operator, match.call_id, at=at)
        with self._ledger.transaction() as session:
            talks = operators.start_talking(session, match.operator, match.call_id, at=at)
            waiting.leave(session, match.call_id, QueueOutcome.BRIDGED, at=at)
        if not (rings and talks):
            raise DoubleBooked(f"operator {match.operator} was not call {match.call_id}'s")

    def part(self, match: Match, at: datetime) -> None:
        """A conversation ends."""
        ending = Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.OPERATOR)
        with self._ledger.transaction() as session:
            operators.let_go(session, match.operator, match.call_id, at=at)
            calls.mark_ended(session, match.call_id, ending=ending, ended_at=at)


@dataclass(kw_only=True)
class Simulation:
    """Calls come, wait, are served and end, until everybody has been served. The same seed, the same day."""

    floor: SimulatedFloor
    numbers: Sequence[str]
    hours: Sequence[Hour]
    handling_s: float
    seed: int
    steps: int = 0  # moments at which something happened, and the bookings were checked
    _busy: dict[str, str] = field(default_factory=dict)
    _joined_s: dict[str, tuple[int, float]] = field(default_factory=dict)

    def run(self, most_calls: int | None = None) -> Iterator[Served]:
        """Every caller, in the order of being served; stops the arrivals after `most_calls`."""
        chance = random.Random(self.seed)
        events: list[tuple[float, int, Hour | Match | str]] = []
        for place, (at_s, what) in enumerate(self._what_comes(most_calls)):
            heapq.heappush(events, (at_s, place, what))
        last_place = len(events)
        while events:
            at_s, _, what = heapq.heappop(events)
            at = START + timedelta(seconds=at_s)
            self._happen(what, at)
            for match in self.floor.match(at):
                yield self._book(match, at_s)
                last_place += 1
                ends_s = at_s + chance.expovariate(1 / self.handling_s)
                heapq.heappush(events, (ends_s, last_place, match))

    def _what_comes(self, most_calls: int | None) -> Iterator[tuple[float, Hour | str]]:
        """The hours' beginnings and the calls, each with its moment in seconds."""
        chance = random.Random(f"arrivals {self.seed}")
        begins_s, number = 0.0, 0
        for place, hour in enumerate(self.hours):
            yield begins_s, hour
            at_s = begins_s + chance.expovariate(hour.calls_a_second)
            while at_s < begins_s + hour.length_s and number != most_calls:
                call_id = f"call-{number}"
                self._joined_s[call_id] = (place, at_s)
                yield at_s, call_id
                number += 1
                at_s += chance.expovariate(hour.calls_a_second)
            begins_s += hour.length_s

    def _happen(self, what: Hour | Match | str, at: datetime) -> None:
        self.steps += 1
        if isinstance(what, Hour):
            self.floor.on_duty(self.numbers[: what.operators], at)
        elif isinstance(what, Match):
            del self._busy[what.operator]
            self.floor.part(what, at)
        else:
            self.floor.join(what, at)

    def _book(self, match: Match, at_s: float) -> Served:
        """Check against our own list of who talks, which matching and ledger know nothing of."""
        if match.operator in self._busy:
            raise DoubleBooked(
                f"operator {match.operator} was given to {match.call_id} and has {self._busy[match.operator]}"
            )
        if match.call_id not in self._joined_s:
            raise DoubleBooked(f"{match.call_id} was served twice, or never called")
        self._busy[match.operator] = match.call_id
        hour, joined_s = self._joined_s.pop(match.call_id)
        return Served(call_id=match.call_id, operator=match.operator, hour=hour, wait_s=at_s - joined_s)


def desk_plan(numbers: Sequence[str]) -> Plan:
    """One desk without wrap-up, whose operators all serve it by longest idle: what Erlang C speaks of."""
    desk = Desk(name="114查号台", operators=tuple(numbers))
    return Plan.model_construct(
        desks={DESK: desk}, operators={number: Operator(name=number) for number in numbers}
    )


def operator_numbers(count: int) -> list[str]:
    """Numbers for so many operators."""
    return [str(8001 + place) for place in range(count)]


def _off_duty(number: str) -> OperatorRecord:
    return OperatorRecord(
        number=number,
        state=OperatorState.OFF,
        since=START,
        call_id=None,
        until=None,
        after_call=None,
        away_reason="",
        misses=0,
        calls=0,
        last_call_at=None,
        registers=False,
        registered_until=None,
    )
