"""What the list is asked for and what its rows show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from console.calls.schemas import LIKENESS_OF_A_HIT
from ledger.case_states import CaseState
from ledger.later_parts import LaterPart
from ledger.records import Call, Finding
from ledger.search import EXACT
from ledger.states import CallState, Origin, Role, Verdict

CANARIES = "only"


class Queue(StrEnum):
    """What waits for somebody: a filter with an order of its own."""

    MINE = "mine"  # held by the viewer
    SAMPLE = "sample"  # drawn, for the viewer or for whoever takes it, and not heard yet
    FLAGGED = "flagged"  # with flags, and nobody else's
    LATER = "later"  # what another operator said after a transfer is flagged and not decided; nobody else's
    APPEALS = "appeals"  # wait for a decision
    ALL = "all"


class Sort(StrEnum):
    """By what the list is ordered; each has an index that ends in the time (`ledger.tables.CallRow`)."""

    WORST = "worst"  # most flags first
    TIME = "time"
    SCORE = "score"  # the lowest first
    LENGTH = "length"
    POINTS = "points"  # what the worst finding takes off
    WAIT = "wait"


class ModelState(StrEnum):
    """What is the matter with the model that understands the call."""

    MISSING = "missing"
    ASKED = "asked"  # it is to be transcribed once more, with another one


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which calls the list shows; None and "" filter nothing. `console.listing.filters` reads them."""

    queue: Queue = Queue.ALL
    hotline: str = ""
    desk: str = ""
    team: str = ""
    operator: str = ""
    day_from: date | None = None  # local days, both included
    day_to: date | None = None
    score_min: float | None = None
    score_max: float | None = None
    length_min: float | None = None  # seconds
    length_max: float | None = None
    wait_min: float | None = None  # seconds in the queue
    wait_max: float | None = None
    survey: str = ""  # a mark, or NO_MARK
    flag: str = ""  # a rule's id
    rule: str = ""  # a rule's id, with `verdict`
    verdict: Verdict | None = None
    state: CallState | None = None
    case: CaseState | None = None
    holder: str = ""  # a user's name, ME or NOBODY
    reviewer: str = ""  # a user's name
    reviewed: str = ""  # YES or NO
    held: str = ""  # YES or NO: a legal hold
    model: ModelState | None = None
    language: str = ""
    text: str = ""  # anywhere in the newest transcript
    origin: Origin | None = None  # e.g. only those that we placed
    canary: str = ""  # CANARIES: calls to ourselves, which are else left out

    @property
    def unfiltered(self) -> Filters:
        """All calls of the same kind: those that a page shows may fit its filters no more."""
        return Filters(canary=self.canary)


YES, NO = "yes", "no"
ME, NOBODY = "me", "nobody"
NO_MARK = "none"  # of the survey


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """How the list is ordered."""

    sort: Sort = Sort.WORST
    is_reversed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A row's place in the list's order, whether the row is still there or not."""

    fit: int = EXACT  # `ledger.search`: how well the call fits the text that is looked for
    value: float | None  # of what is sorted by; None: the call has none, and stands behind all that have
    received_at: datetime
    call_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where a page lies."""

    cursor: Cursor | None = None  # None: at the beginning
    is_before: bool = False  # the page ends before the cursor instead of beginning after it


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who reviews."""

    name: str  # that they sign in with
    display_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What the list's selections offer: nothing that the viewer sees no call of."""

    hotlines: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A turn that has the text that is looked for."""

    role: Role
    start_s: float
    text: str
    by_sound: bool  # it only sounds like it
    spans: tuple[tuple[str, bool], ...]  # the text in pieces, and whether each is what was looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far people are with a call."""

    state: CaseState | None = None  # None: nobody waits for anybody
    version: int = 0
    holder: str = ""  # the name that others see
    holder_id: int | None = None
    reviewer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """The viewer's own newest marks."""

    id: int = 0  # what the next ones have to have seen; 0: none
    is_complete: bool = False  # all four standards have theirs


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of the list."""

    call: Call
    worst: Finding | None  # the failed finding that takes off most and has words to show
    open_finding: Finding | None = None  # the same among those that nobody has decided on
    undecided: int = 0  # failed findings that nobody has confirmed or rejected
    held: frozenset[str] = frozenset()  # rules whose fail deducts nothing: they are not trusted
    said: Moment | None = None  # the first turn that has the text that is looked for
    progress: Progress = Progress()
    is_kept: bool = False  # a legal hold
    marked: Marked = Marked()
    later: tuple[LaterPart, ...] = ()  # later parts with flags

    @property
    def shown(self) -> Finding | None:
        """What the row shows: what waits for a decision before what has one."""
        return self.open_finding or self.worst

    @property
    def worst_words(self) -> str:
        """The words that break the rule; empty where it is broken by what was not said."""
        return _words_of(self.shown)

    @property
    def later_words(self) -> tuple[tuple[LaterPart, str], ...]:
        """Each later part with flags, and the words of its worst finding that has any."""
        return tuple((part, next(filter(None, map(_words_of, part.failed)), "")) for part in self.later)


def _words_of(finding: Finding | None) -> str:
    evidence = finding.evidence if finding else None
    return evidence.text if evidence and evidence.likeness >= LIKENESS_OF_A_HIT else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many calls there are: at least so many, where it is not exact."""

    total: int
    is_exact: bool = True

    def __str__(self) -> str:
        return f"{self.total}" if self.is_exact else f"{self.total}+"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of the list."""

    lines: tuple[Line, ...]
    total: Count  # calls that the filters let through
    flagged: Count | None  # those of them with flags; None: not counted
    before: str | None  # the cursor of the page before; None: this is the first
    after: str | None  # the cursor of the next page
    blind: int = 0  # calls that are left out, since the viewer judges them blind
    looked_through: int | None = None  # of how many of the newest calls a text was looked for; None: of all
