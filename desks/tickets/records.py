"""Frozen records of tickets. Times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desks.tickets.states import (
    CallPart,
    Channel,
    Closing,
    Counting,
    Move,
    Nature,
    OverdueReason,
    Party,
    PauseReason,
    TicketState,
)
from ledger.records import User
from ledger.states import UserRole

_PARTIES = {
    UserRole.DISPATCHER: frozenset({Party.DESK, Party.DISPATCHER}),
    UserRole.TEAM_LEAD: frozenset({Party.DESK, Party.DISPATCHER, Party.LEAD}),
    UserRole.ADMINISTRATOR: frozenset({Party.DESK, Party.DISPATCHER, Party.LEAD}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who does something to a ticket, and as what."""

    name: str  # as steps show it
    user: User | None = None
    parties: frozenset[Party]

    @classmethod
    def person(cls, user: User) -> By:
        """Somebody who signed in."""
        parties = _PARTIES.get(user.role, frozenset({Party.DESK}))
        return cls(name=user.display_name, user=user, parties=parties)

    @classmethod
    def machine(cls, name: str) -> By:
        """A part of the product, e.g. the call-back machine or the inbox."""
        return cls(name=name, parties=frozenset({Party.MACHINE}))

    @property
    def user_id(self) -> int | None:
        """None where it is no person."""
        return self.user.id if self.user else None


CLOCK = By(name="hotline", parties=frozenset({Party.CLOCK}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What a new ticket is made of."""

    kind_id: int
    service: str
    channel: Channel = Channel.CALL
    line: str = ""  # the line that it is about, as it was keyed in or said
    caller: str = ""
    contact: str = ""
    text: str = ""
    call_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One case."""

    id: int
    number: str  # YYYYMMDD-NNNN
    version: int
    state: TicketState
    since: datetime  # of the state
    changed_at: datetime
    kind_id: int
    nature: Nature
    desk: str
    service: str
    channel: Channel
    line: str  # digits only
    caller: str
    contact: str
    text: str
    call_id: str | None  # that it was opened from
    opened_by: str
    opened_at: datetime
    counted_from: datetime  # the opening, or the last reopening
    limit_minutes: int
    counting: Counting
    calendar_id: int  # by which working hours are counted
    due_at: datetime
    alarm_at: datetime | None  # when the clock has something to do
    alarms: int  # 1 warned, 2 told the lead, 3 told the bureau
    branch_id: int | None
    crew_id: int | None
    holder_id: int | None  # the dispatcher who follows it
    arranged_until: datetime | None
    cause_id: int | None
    overdue_reason: OverdueReason | None
    solved_at: datetime | None
    handled_minutes: int | None  # counted until solved; what was arranged is left out
    late_minutes: int | None  # of these after the limit; 0: in time
    closed_at: datetime | None
    closing: Closing | None
    satisfied: bool | None  # what the newest call-back heard
    attempts: int  # call-backs since solved that reached nobody
    urged: int
    reopened: int

    @property
    def is_assigned(self) -> bool:
        """Whether a branch or a crew has it."""
        return self.branch_id is not None or self.crew_id is not None

    def is_overdue(self, at: datetime) -> bool:
        """Whether it was solved too late, or is late; never while a later time is arranged."""
        if self.late_minutes is not None:
            return self.late_minutes > 0
        if self.arranged_until is not None and at < self.arranged_until:
            return False
        return self.state is not TicketState.CLOSED and self.due_at < at


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a ticket."""

    version: int  # that it led to
    at: datetime
    user_id: int | None
    who: str
    move: Move
    from_state: TicketState | None
    to_state: TicketState
    note: str
    details: Mapping[str, Any] = field(default_factory=dict)
    call_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedCall:
    """A call that has to do with a ticket."""

    call_id: str
    part: CallPart
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A time that was arranged."""

    began_at: datetime
    until_at: datetime
    ended_at: datetime | None  # None: it is not over
    reason: PauseReason
    counted_minutes: int | None  # of those that the limit counts; None: it is not over


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """An entry of a list: a service, a branch."""

    id: int
    name: str
    place: int
    version: int
    is_retired: bool
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind(Named):
    """A kind of a desk's tickets."""

    desk: str
    nature: Nature
    limit_minutes: int
    counting: Counting
    reopen_days: int
    calendar_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause(Named):
    """A cause that was found."""

    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmPerson(Named):
    """Somebody who is told by mail when limits pass."""

    address: str
    desk: str  # empty: of all desks
    branch_id: int | None  # None: of all branches
    least_alarm: int  # from which on: 1 warned, 2 overdue, 3 by half the limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew(Named):
    """A crew that goes out."""

    branch_id: int | None
    around_the_clock: bool
    is_rescue: bool
