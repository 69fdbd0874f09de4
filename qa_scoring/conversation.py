"""A call as the rules see it: turns, marks and facts, and the views of them that rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ledger.marks import bridged_spans
from ledger.records import Facts, Mark, Turn
from ledger.states import Role

JOIN_GAP_S = 1.5  # one speaker's turns closer than this, with nobody between, are one turn to a listener
OTHER = {Role.OPERATOR: Role.CALLER, Role.CALLER: Role.OPERATOR}


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of the call, in seconds from its answer."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s

    def holds(self, moment_s: float) -> bool:
        """Whether the moment lies in it."""
        return self.start_s <= moment_s <= self.end_s


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What is judged. Without marks (an imported recording) the whole call is the operator's span."""

    hotline: str
    desk: str
    duration_s: float
    turns: tuple[Turn, ...]
    marks: tuple[Mark, ...]
    facts: Facts
    day: date | None = None  # of the call, where the desk is; None: whichever pack is in force now

    @property
    def roles_known(self) -> bool:
        """False where one channel carries both speakers: nobody can say whose words they are."""
        return all(turn.role is not Role.MIXED for turn in self.turns)

    @property
    def reached_operator(self) -> bool:
        """False only where the marks show that the call never came to a person."""
        return bool(self.operator_spans)

    @cached_property
    def operator_spans(self) -> tuple[Span, ...]:
        """The bridged spans without pauses; the whole call without marks; empty where nobody was reached."""
        if not self.marks:
            return (Span(start_s=0.0, end_s=max(self.duration_s, self._last_word_s)),)
        return tuple(Span(start_s=start_s, end_s=end_s) for start_s, end_s in bridged_spans(self.marks))

    @cached_property
    def operator_turns(self) -> tuple[Turn, ...]:
        """What the operator said while bridged, in time order. Prompts and music are never among it."""
        return self._bridged(Role.OPERATOR)

    @cached_property
    def caller_turns(self) -> tuple[Turn, ...]:
        """What the caller said while bridged, in time order."""
        return self._bridged(Role.CALLER)

    @cached_property
    def mixed_turns(self) -> tuple[Turn, ...]:
        """What was said while bridged where one channel carries both speakers."""
        return self._bridged(Role.MIXED)

    def turns_of(self, role: Role) -> tuple[Turn, ...]:
        """The bridged turns of one role."""
        if role is Role.MIXED:
            return self.mixed_turns
        return self.operator_turns if role is Role.OPERATOR else self.caller_turns

    def rounds_of(self, role: Role) -> tuple[tuple[Turn, ...], ...]:
        """One role's turns as a listener counts them: joined where only a short pause parts them."""
        other = self.turns_of(OTHER[role]) if role in OTHER else ()
        rounds: list[list[Turn]] = []
        for turn in self.turns_of(role):
            if rounds and _continues(rounds[-1][-1], turn, other):
                rounds[-1].append(turn)
            else:
                rounds.append([turn])
        return tuple(tuple(turns) for turns in rounds)

    @property
    def _last_word_s(self) -> float:
        return max((turn.end_s for turn in self.turns), default=0.0)

    def _bridged(self, role: Role) -> tuple[Turn, ...]:
        own = (turn for turn in self.turns if turn.role is role and self._mostly_bridged(turn))
        return tuple(sorted(own, key=lambda turn: turn.start_s))

    def _mostly_bridged(self, turn: Turn) -> bool:
        middle_s = (turn.start_s + turn.end_s) / 2
        return any(span.holds(middle_s) for span in self.operator_spans)


def _continues(earlier: Turn, later: Turn, other: tuple[Turn, ...]) -> bool:
    if later.start_s - earlier.end_s > JOIN_GAP_S:
        return False
    between = Span(start_s=earlier.end_s, end_s=later.start_s)
    return not any(turn.text and between.holds((turn.start_s + turn.end_s) / 2) for turn in other)
