"""A campaign: what it asks, of whom within which time, and when it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from desks.campaigns.hours import CallingHours
from desks.campaigns.questions import Question, check_questions
from desks.campaigns.sayings import SAID
from desks.campaigns.scheduling import Terms
from desks.campaigns.standard import STANDARD
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome
from ledger.errors import SettingsError

LONGEST_LIMIT = timedelta(days=5)
MOST_ATTEMPTS = 10
# How long after an attempt the next one may follow; without a pause it was the last.
PAUSES: Final[dict[Outcome, timedelta]] = {
    Outcome.BUSY: timedelta(minutes=10),
    Outcome.NO_ANSWER: timedelta(hours=2),
    Outcome.NO_RESPONSE: timedelta(hours=4),
    Outcome.HUNG_UP: timedelta(hours=4),
    Outcome.REJECTED: timedelta(days=1),
    Outcome.UNREACHABLE: timedelta(minutes=30),
    Outcome.NO_OPERATOR: timedelta(minutes=30),
    Outcome.CUT_OFF: timedelta(minutes=10),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A campaign as somebody wants it. Raises SettingsError where it cannot be."""

    name: str
    kind: Kind
    desk: str
    mode: Mode = Mode.MACHINE
    greeting: str = ""
    questions: tuple[Question, ...] = ()
    hours: CallingHours = field(default_factory=CallingHours)
    most_attempts: int = 3
    pauses: Mapping[Outcome, timedelta] = field(default_factory=lambda: PAUSES)
    earliest: timedelta = timedelta(0)  # after the event
    limit: timedelta | None = None  # after the event; None: the kind's own
    takes_tickets: bool = False  # tickets that wait for such a call-back become its people

    def __post_init__(self) -> None:
        check_questions(self.asks)
        if not self.name.strip() or not self.desk:
            raise SettingsError("a campaign has a name and a desk")
        if not 1 <= self.most_attempts <= MOST_ATTEMPTS:
            raise SettingsError(f"a person is tried 1 to {MOST_ATTEMPTS} times")
        if not timedelta(0) <= self.earliest < self.until <= LONGEST_LIMIT:
            raise SettingsError(
                f"the time limit is more than the first moment and at most {LONGEST_LIMIT.days} days"
            )
        if any(pause < timedelta(0) for pause in self.pauses.values()):
            raise SettingsError("a pause between two attempts is no less than nothing")

    @property
    def asks(self) -> tuple[Question, ...]:
        """Its questions, or those of its kind."""
        return self.questions or STANDARD[self.kind].questions

    @property
    def greets(self) -> str:
        """Its greeting, or that of its kind."""
        return self.greeting or STANDARD[self.kind].greeting

    @property
    def until(self) -> timedelta:
        """Its time limit, or that of its kind."""
        return STANDARD[self.kind].limit if self.limit is None else self.limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One campaign as the ledger has it."""

    id: int
    name: str
    kind: Kind
    desk: str
    mode: Mode
    state: CampaignState
    greeting: str
    questions: tuple[Question, ...]
    hours: CallingHours
    pauses: Mapping[Outcome, timedelta]
    most_attempts: int
    earliest: timedelta
    limit: timedelta
    takes_tickets: bool
    version: int
    made_by: str
    made_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def terms(self) -> Terms:
        """What the schedule must know of it."""
        return Terms(hours=self.hours, most_attempts=self.most_attempts, pauses=self.pauses)

    def due(self, happened_at: datetime) -> tuple[datetime, datetime]:
        """From when on, and until when, somebody is to be called after an event."""
        return happened_at + self.earliest, happened_at + self.limit

    @property
    def prompts(self) -> frozenset[str]:
        """All that its calls may say, by id."""
        if self.mode is Mode.PROGRESSIVE:
            return SAID[self.mode]
        return SAID[self.mode] | {self.greeting, *(question.prompt for question in self.questions)}
