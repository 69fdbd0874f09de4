"""What the list is asked for, what its rows and one call's page show, and what the API answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ledger.calls import DUE_STATES
from ledger.chain import ChainEntry
from ledger.holds import Hold
from ledger.judgements import TranscriptVersion
from ledger.records import Call, Finding, Recording, Review, Scorecard, Transcript
from ledger.scores import score_of
from ledger.states import AuditAction, CallState, ChainKind, Decision, Place, Role, Verdict

CANARIES = "only"
OPEN_VERDICTS = (Verdict.FAIL, Verdict.CANNOT_TELL)


LIKENESS_OF_A_HIT = 0.7  # below it the evidence is the nearest thing said, not what the rule is about


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which calls the list shows; None and "" filter nothing."""

    hotline: str = ""
    operator: str = ""
    day_from: date | None = None  # local days, both included
    day_to: date | None = None
    score_min: float | None = None
    score_max: float | None = None
    flag: str = ""  # a rule's id
    state: CallState | None = None
    text: str = ""  # anywhere in the newest transcript
    canary: str = ""  # CANARIES: those that we placed ourselves, which are else left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """The last row of a page, in the list's order: the next page begins after it."""

    flag_count: int
    received_at: datetime
    call_id: str
    fit: int = 0  # `ledger.search`: how well the call fits the text that is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What the list's selections offer."""

    hotlines: tuple[str, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A turn that has the text that is looked for."""

    role: Role
    start_s: float
    text: str
    by_sound: bool  # it only sounds like it


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of the list."""

    call: Call
    duration_s: float | None  # of the recording, else of the answered call
    worst: Finding | None  # the failed finding that takes off most and has words to show
    undecided: int  # failed findings that nobody has confirmed or rejected
    held: frozenset[str] = frozenset()  # rules whose fail deducts nothing: they are not trusted
    said: Moment | None = None  # the first turn that has the text that is looked for

    @property
    def worst_words(self) -> str:
        """The words that break the rule; empty where it is broken by what was not said."""
        evidence = self.worst.evidence if self.worst else None
        return evidence.text if evidence and evidence.likeness >= LIKENESS_OF_A_HIT else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of the list."""

    lines: tuple[Line, ...]
    total: int  # all calls that the filters let through
    flagged: int  # those of them with flags
    after: str | None  # the cursor of the next page
    blind: int = 0  # calls that are left out, since the viewer judges them blind


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a turn's text with its time: mostly one recognised word."""

    text: str
    start_s: float
    end_s: float
    is_evidence: bool  # a failed finding rests on it


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownTurn:
    """A turn as the page shows it."""

    role: Role
    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A finding and what a person said of it."""

    finding: Finding
    review: Review | None

    @property
    def counts(self) -> bool:
        """Whether its points are taken off once people have had their say."""
        return self.review is None or self.review.decision is not Decision.REJECTED


@dataclass(frozen=True, kw_only=True, slots=True)
class CallView:
    """One call whole."""

    call: Call
    recording: Recording | None
    transcript: Transcript | None
    scorecard: Scorecard | None
    said: tuple[ShownTurn, ...]
    judged: tuple[Judged, ...]
    entry: ChainEntry | None  # the call's newest in the chain
    holds: tuple[Hold, ...] = ()  # all that it has or had, the oldest first
    has_secrets: bool = False  # callers told what not everybody may see
    is_unmasked: bool = False  # and it is shown here
    versions: tuple[TranscriptVersion, ...] = ()  # of the transcript, the newest first
    version: int | None = None  # which one is shown; None: the newest
    is_blind: bool = False  # the viewer judges it blind: nothing is shown of what was found

    @property
    def is_waited_for(self) -> bool:
        """Whether looking at it has put it before all others."""
        return self.call.state in DUE_STATES

    @property
    def hold(self) -> Hold | None:
        """The one that stands."""
        return next((hold for hold in self.holds if hold.released_at is None), None)

    @property
    def is_deleted(self) -> bool:
        """Whether it had a recording that was kept long enough."""
        return self.entry is not None and self.entry.kind == ChainKind.DELETED

    @property
    def deducting(self) -> tuple[Judged, ...]:
        """Findings that take points off, as the machine sees it."""
        return tuple(judged for judged in self.judged if judged.finding.points > 0)

    @property
    def open_findings(self) -> tuple[Judged, ...]:
        """Findings that a monitor should look at."""
        return tuple(judged for judged in self.judged if judged.finding.verdict in OPEN_VERDICTS)

    @property
    def settled_findings(self) -> tuple[Judged, ...]:
        """Findings that need no look, though they may get one."""
        return tuple(judged for judged in self.judged if judged.finding.verdict not in OPEN_VERDICTS)

    @property
    def has_failed(self) -> bool:
        """Whether the waveform has moments of failure to show."""
        failed = (judged.finding for judged in self.judged if judged.finding.verdict is Verdict.FAIL)
        return any(finding.evidence for finding in failed)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the caller was, each place once: the waveform's legend."""
        return tuple(dict.fromkeys(mark.place for mark in self.call.marks))

    @property
    def reviewed_score(self) -> float | None:
        """The score without the points of rejected findings; None where nothing was rejected."""
        if self.scorecard is None or all(judged.counts for judged in self.deducting):
            return None
        counting = (judged.finding for judged in self.deducting if judged.counts)
        return score_of(counting, self.scorecard.limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """The value of a fact, as somebody may read it."""

    value: str
    is_masked: bool  # for those without the right to originals it is ＊


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What somebody did with a call."""

    at: datetime
    user: str
    action: AuditAction


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskedSpan:
    """A span that is masked."""

    start_s: float
    end_s: float
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Handling:
    """What people did with a call."""

    acts: tuple[Deed, ...]  # the newest first
    masks: tuple[MaskedSpan, ...]
    has_original: bool
