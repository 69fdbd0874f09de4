"""Who gets whom: waiting callers and free operators at one moment, without any input or output.

Callers are served by rank: `head_start_s + weight x seconds waited`, the first to join where ranks are equal.
Each gets the best operator who is free, works for the desk, and suits:

- tiers: those of the desk's first list at once, those of a tier when the caller has waited its `after_s`;
- skills: all that the caller's step names, whatever the strategy;
- language: whoever asked for another language than Mandarin waits for an operator who speaks it, as long as
  one of the desk is on duty (neither off nor away); when none is, anybody may answer.

The best is by turns: nobody who has just missed a ring; of the earliest tier; as the desk's strategy says;
idle for longest; the lowest number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ledger.operators import OperatorRecord
from ledger.waiting import Floor, Match, Waiting
from sip_config.desk import Desk, Strategy
from sip_config.plan import Plan

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Order = tuple[float | str | datetime, ...]

# What is best by each strategy, before the time idle. `skill` is added for each caller.
_BY_STRATEGY: dict[Strategy, Callable[[OperatorRecord], Order]] = {
    "longest_idle": lambda _: (),
    "round_robin": lambda operator: (operator.last_call_at or _NEVER,),
    "fewest_calls": lambda operator: (operator.calls,),
    "skill": lambda _: (),
}


@dataclass(frozen=True, kw_only=True)
class _Crew:
    """What a desk's settings say of its operators."""

    desk: Desk
    after_s: dict[str, float]  # when each operator may be asked
    tier: dict[str, int] = field(default_factory=dict)


class Matcher:
    """The desks' and the operators' settings, made ready once."""

    def __init__(self, plan: Plan) -> None:
        self._operators = plan.operators
        self._crews = {desk_id: _crew(desk) for desk_id, desk in plan.desks.items()}

    def knows(self, desk_id: str) -> bool:
        """Whether the plan has the desk."""
        return desk_id in self._crews

    def choose(self, floor: Floor) -> tuple[Match, ...]:
        """Operators for callers, those of the highest rank first. The same floor gives the same matches."""
        free = [operator for operator in floor.operators if operator.is_free(floor.at)]
        waiting = [caller for caller in floor.waiting if caller.desk in self._crews]
        if not free or not waiting:
            return ()
        return tuple(self._matches(floor, waiting, free))

    def _matches(self, floor: Floor, waiting: list[Waiting], free: list[OperatorRecord]) -> Iterator[Match]:
        on_duty = {operator.number for operator in floor.operators if operator.on_duty}
        lined_up: dict[str, list[OperatorRecord]] = {}
        taken: set[str] = set()
        for caller in sorted(waiting, key=lambda caller: self._place(caller, floor.at)):
            if len(taken) == len(free):
                return
            if caller.desk not in lined_up:
                lined_up[caller.desk] = self._line_up(caller.desk, free)
            best = self._best(caller, floor.at, lined_up[caller.desk], taken, on_duty)
            if best is not None:
                taken.add(best.number)
                yield Match(call_id=caller.call_id, operator=best.number)

    def rank(self, caller: Waiting, at: datetime) -> float:
        """How high a caller ranks: grows by the desk's weight each second."""
        return caller.head_start_s + self._crews[caller.desk].desk.weight * _waited_s(caller, at)

    def position(self, call_id: str, floor: Floor) -> int | None:
        """A caller's place among those who wait at the same desk, the first being 1; None: waits no more."""
        me = next((caller for caller in floor.waiting if caller.call_id == call_id), None)
        if me is None:
            return None
        rivals = (caller for caller in floor.waiting if caller.desk == me.desk)
        mine = self._place(me, floor.at)
        return 1 + sum(self._place(rival, floor.at) < mine for rival in rivals)

    def on_duty(self, desk_id: str, floor: Floor) -> int:
        """How many operators of a desk take calls, now or soon."""
        crew = self._crews[desk_id].after_s
        return sum(operator.on_duty and operator.number in crew for operator in floor.operators)

    def candidates(self, caller: Waiting, at: datetime) -> list[str]:
        """The operators whom the caller might be given now, if they are free and the language fits."""
        crew, waited_s = self._crews[caller.desk], _waited_s(caller, at)
        open_now = (number for number, after_s in crew.after_s.items() if after_s <= waited_s)
        return [number for number in open_now if self._is_skilled(number, caller)]

    def _place(self, caller: Waiting, at: datetime) -> tuple[float, int]:
        return -self.rank(caller, at), caller.id

    def _line_up(self, desk_id: str, free: list[OperatorRecord]) -> list[OperatorRecord]:
        """A desk's free operators, the best first, as far as no caller's skills are asked for."""
        crew = self._crews[desk_id]
        by_strategy = _BY_STRATEGY[crew.desk.strategy]

        def order(operator: OperatorRecord) -> tuple[bool, int, Order, datetime, str]:
            missed, tier = operator.misses > 0, crew.tier[operator.number]
            return missed, tier, by_strategy(operator), operator.since, operator.number

        return sorted((operator for operator in free if operator.number in crew.tier), key=order)

    def _best(
        self,
        caller: Waiting,
        at: datetime,
        line: list[OperatorRecord],
        taken: set[str],
        on_duty: set[str],
    ) -> OperatorRecord | None:
        crew, waited_s = self._crews[caller.desk], _waited_s(caller, at)
        language = self._needed_language(caller, on_duty)
        suits = (
            operator
            for operator in line
            if operator.number not in taken
            and crew.after_s[operator.number] <= waited_s
            and self._is_skilled(operator.number, caller)
            and (language is None or language in self._operators[operator.number].languages)
        )
        if crew.desk.strategy != "skill" or not caller.skills:
            return next(suits, None)
        return min(suits, key=lambda operator: self._by_skill(operator, caller, crew), default=None)

    def _by_skill(self, operator: OperatorRecord, caller: Waiting, crew: _Crew) -> tuple[bool, int, int]:
        """Of equals the first in the line is taken (min keeps the order)."""
        levels = self._operators[operator.number].skills
        level = sum(levels[skill] for skill in caller.skills)
        return operator.misses > 0, crew.tier[operator.number], -level

    def _is_skilled(self, number: str, caller: Waiting) -> bool:
        return all(skill in self._operators[number].skills for skill in caller.skills)

    def _needed_language(self, caller: Waiting, on_duty: set[str]) -> str | None:
        """The language that the operator must speak; None: any."""
        if caller.language in {None, "zh"}:
            return None
        crew = self._crews[caller.desk].after_s
        speakers = (
            number
            for number in crew
            if number in on_duty
            and caller.language in self._operators[number].languages
            and self._is_skilled(number, caller)
        )
        return caller.language if next(speakers, None) else None


def expected_wait_s(*, position: int, on_duty: int, handling_s: float) -> float:
    """How long the caller at a position waits, on the average.

    With all operators busy, one comes free every `handling_s / on_duty` seconds, and the caller needs as many
    of them as the position says. With nobody on duty the first who signs on is counted on.
    """
    return position * handling_s / max(on_duty, 1)


def told_minutes(wait_s: float) -> int:
    """An expected wait as it is said: whole minutes, rounded up, at least one."""
    return max(1, math.ceil(wait_s / 60))


def _crew(desk: Desk) -> _Crew:
    after_s = dict.fromkeys(desk.operators, 0.0)
    tier = dict.fromkeys(desk.operators, 0)
    for place, further in enumerate(desk.tiers, start=1):
        for number in further.operators:
            after_s.setdefault(number, further.after_s)
            tier.setdefault(number, place)
    return _Crew(desk=desk, after_s=after_s, tier=tier)


def _waited_s(caller: Waiting, at: datetime) -> float:
    return (at - caller.entered_at).total_seconds()
