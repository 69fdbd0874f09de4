"""What the wallboard shows. Shares are 0 to 1, and None where nothing has happened yet to take a share of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from ledger.states import OperatorState


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskDay:
    """How the day has gone at one desk, or at all of them together."""

    waits: int = 0  # that have ended
    answered: int = 0
    answered_in_time: int = 0  # within the desk's service level
    abandoned: int = 0

    @property
    def service_level(self) -> float | None:
        """The share of all waits that ended with an operator in time."""
        return share(self.answered_in_time, self.waits)

    @property
    def abandonment(self) -> float | None:
        """The share of all waits that the caller ended."""
        return share(self.abandoned, self.waits)


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeDay:
    """What is counted since midnight over all calls, whatever desk they came to."""

    received: int
    answered: int
    abandoned: int  # wherever the caller left, also in a menu
    surveys_asked: int
    surveys_answered: int

    @property
    def survey(self) -> float | None:
        """The share of the asked callers who gave a mark."""
        return share(self.surveys_answered, self.surveys_asked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What is counted since midnight."""

    whole: WholeDay | None  # None: whoever looks may not see all desks
    desks: Mapping[str, DeskDay]

    @property
    def queue(self) -> DeskDay:
        """All desks together."""
        days = self.desks.values()
        return DeskDay(
            waits=sum(day.waits for day in days),
            answered=sum(day.answered for day in days),
            answered_in_time=sum(day.answered_in_time for day in days),
            abandoned=sum(day.abandoned for day in days),
        )

    def of_desks(self, desks: Set[str]) -> Today:
        """The same of these desks alone."""
        return Today(whole=None, desks={desk: day for desk, day in self.desks.items() if desk in desks})


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffNow:
    """One operator."""

    number: str
    state: OperatorState


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskNow:
    """One desk."""

    id: str
    name: str
    service_level_s: float
    waits_s: tuple[float, ...]  # of everybody who waits now, in the order of the places
    staff: frozenset[str]  # numbers of the operators who sit here
    operators: Mapping[OperatorState, int]
    day: DeskDay

    @property
    def longest_wait_s(self) -> float:
        """Of those who wait now; 0 where nobody does."""
        return max(self.waits_s, default=0.0)

    @property
    def is_late(self) -> bool:
        """Whether somebody waits longer than the service level allows."""
        return self.longest_wait_s > self.service_level_s


@dataclass(frozen=True, kw_only=True, slots=True)
class LinesNow:
    """The line processes."""

    free: int  # serving, without a call
    busy: int  # serving, with a call and a place left
    full: int  # serving, without a place left
    draining: int
    starting: int
    dead: int
    calls: int
    places: int  # of all that serve


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Everything at one moment; lines and calls in progress are None where not all may be seen."""

    at: datetime
    desks: tuple[DeskNow, ...]
    staff: tuple[StaffNow, ...]
    operators: Mapping[OperatorState, int]
    lines: LinesNow | None
    in_progress: int | None  # calls
    today: Today

    @property
    def waiting(self) -> int:
        """Callers who wait at any desk."""
        return sum(len(desk.waits_s) for desk in self.desks)

    @property
    def longest_wait_s(self) -> float:
        """At any desk."""
        return max((desk.longest_wait_s for desk in self.desks), default=0.0)

    @property
    def is_late(self) -> bool:
        """Whether a desk is."""
        return any(desk.is_late for desk in self.desks)


def share(part: int, whole: int) -> float | None:
    """A part of a whole, 0 to 1; None of nothing."""
    return part / whole if whole else None
