"""What one call's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.calls.later import LaterCard
from console.calls.shown import OPEN_VERDICTS, Judged, ShownTurn, Sum
from console.calls.talk import Stretch
from ledger.added_findings import AddedFinding
from ledger.audit_actions import AuditAction
from ledger.calls import DUE_STATES
from ledger.chain import ChainEntry
from ledger.holds import Hold
from ledger.judgements import TranscriptVersion
from ledger.records import Call, Finding, Recording, Scorecard, Transcript, User
from ledger.review_marks import STANDARDS, ReviewMarks
from ledger.scores import counted, losses, score_after_review
from ledger.states import ChainKind, Place, Verdict

LIKENESS_OF_A_HIT = 0.7  # below it the evidence is the nearest thing said, not what the rule is about


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
    transcript_id: int | None = None  # of the one that is shown
    added: tuple[AddedFinding, ...] = ()  # by people, withdrawn ones too, the oldest first
    marks: tuple[ReviewMarks, ...] = ()  # of each person the newest
    moments: tuple[Stretch, ...] = ()  # what the waveform shows beside places, findings and masks
    later: tuple[LaterCard, ...] = ()  # of the conversations after the first, with other operators

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
        return any(finding.evidence for finding in failed) or any(card.has_failed for card in self.later)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the caller was, each place once: the waveform's legend."""
        return tuple(dict.fromkeys(mark.place for mark in self.call.marks))

    @property
    def standing_added(self) -> tuple[AddedFinding, ...]:
        """Findings of people that nobody has withdrawn."""
        return tuple(one for one in self.added if one.withdrawn_at is None)

    @property
    def added_points(self) -> dict[int, float]:
        """What each added finding takes off, by its id."""
        taken = counted(self._kept, self.standing_added)
        return {one.id: finding.points for one, finding in zip(self.standing_added, taken, strict=True)}

    @property
    def score(self) -> float | None:
        """After review; None where nothing was judged."""
        if self.scorecard is None:
            return None
        findings = [judged.finding for judged in self._failed]
        return score_after_review(
            self.scorecard.score, findings, self._kept, self.standing_added, self.scorecard.limits
        )

    @property
    def reviewed_score(self) -> float | None:
        """The same; None where people changed nothing."""
        weighty = (judged for judged in self._failed if judged.finding.points or judged.finding.is_fatal)
        is_changed = self.standing_added or not all(judged.counts for judged in weighty)
        return self.score if is_changed else None

    @property
    def sums(self) -> tuple[Sum, ...]:
        """How the score comes about, by the four standards and whatever else findings have."""
        if self.scorecard is None:
            return ()
        kept = (*self._kept, *counted(self._kept, self.standing_added))
        lost = {loss.dimension: loss for loss in losses(kept, self.scorecard.limits)}
        names = dict.fromkeys((*STANDARDS, *(judged.finding.dimension for judged in self.judged), *lost))
        return tuple(
            Sum(
                dimension=name,
                points=lost[name].points if name in lost else 0.0,
                limit=self.scorecard.limits.get(name),
                taken=lost[name].taken if name in lost else 0.0,
                judged=tuple(one for one in self.open_findings if one.finding.dimension == name),
            )
            for name in names
        )

    @property
    def _kept(self) -> tuple[Finding, ...]:
        return tuple(judged.finding for judged in self._failed if judged.counts)

    @property
    def _failed(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.judged if judged.finding.verdict is Verdict.FAIL)

    def marks_by(self, user: User | None) -> ReviewMarks | None:
        """Somebody's own marks."""
        return next((one for one in self.marks if user and one.user_id == user.id), None)


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
