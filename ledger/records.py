"""Frozen records that the rooms hand to each other. Times in a call are seconds from its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ledger.reject_reasons import RejectReason
from ledger.states import (
    CallState,
    Clearness,
    Decision,
    Origin,
    Place,
    Reason,
    Result,
    Role,
    SecretKind,
    UserRole,
    Verdict,
)

Facts = dict[str, str]  # what the line or an import knows of a call, e.g. directory_number


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start_s: float
    end_s: float
    confidence: float  # weak evidence: about 1 on wrong words too
    clearness: Clearness | None = None  # None: of a transcript from before it was told


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """How a turn sounds, measured in its channel."""

    level_dbfs: float  # of its loudest quarter of frames
    snr_db: float  # how far that is above the channel's background
    clipped_share: float  # of its samples at full scale, 0 to 1
    lost_share: float | None = None  # of its packets, as the line told; None: nobody told
    burst_share: float | None = None  # of about half a second's packets, the most that were lost in it


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one speaker said without a long pause."""

    role: Role
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    sound: Sound | None = None  # None: of a transcript from before it was measured


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A stretch of a turn's text that not everybody may see, and when it is said."""

    kind: SecretKind
    turn: int  # which of the transcript's turns
    first: int  # characters of its text, half open
    last: int
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A span of the call: where the caller was."""

    place: Place
    start_s: float
    end_s: float
    detail: str = ""  # the menu's id, the desk's id, the operator's number, the key pressed


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a call ended: a value, never a loose string."""

    result: Result
    reason: Reason
    place: Place | None = None  # where the caller was; None before the answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The moment a finding rests on. Without a hit it is the span that was searched."""

    start_s: float
    end_s: float
    text: str  # the words heard there; empty where there are none
    likeness: float  # 0 to 1 between what was meant and what was heard
    phrase: str = ""  # what was meant; empty where nothing was compared
    sound: str = ""  # how far the stretch can be relied on, of `Clearness`; empty where it was not asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one rule says of one call."""

    rule: str
    verdict: Verdict
    evidence: Evidence | None
    reason: str  # one Chinese sentence for the monitor
    points: float = 0.0  # what it takes off the score, never negative, before its dimension's limit
    dimension: str = ""  # of the four standards; empty: of a finding from before it was kept
    is_fatal: bool = False  # where it fails the score is nothing
    more: tuple[Evidence, ...] = ()  # further moments, where there are several
    rule_hash: str | None = None  # of the content of the rule that judged (`qa_scoring.fingerprints`)
    held: bool = False  # a fail that deducts nothing because the rule is not trusted (`ledger.rule_audits`)
    id: int | None = None  # set once it is in the ledger


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """A call judged by one version of one pack."""

    pack: str
    pack_version: str
    score: float  # out of 100
    flags: tuple[str, ...]  # ids of the rules that failed and that the pack flags
    findings: tuple[Finding, ...]
    limits: dict[str, float] = field(default_factory=dict)  # the most that a dimension may take off


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """All turns of a call in time order, and what made them."""

    model: str
    model_sha256: str
    recording_sha256: str
    turns: tuple[Turn, ...]
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """A sealed recording."""

    call_id: str
    path: str  # relative, in the spool and in the archive; ends in .enc where it is encrypted
    sha256: str  # of the audio file before encryption, so that another key does not change it
    duration_s: float
    sample_rate_hz: int
    channels: int  # 2: caller left, what the caller hears right; 1: mixed
    sealed_at: datetime
    rescued: bool = False  # sealed after a crash
    key_id: str | None = None  # of the key that it is encrypted with
    archived_at: datetime | None = None  # None: it waits in the spool
    levels: bytes = field(default=b"", repr=False, compare=False)  # `recorder.peaks`, of what was just sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One INVITE or one imported recording, as the ledger has it."""

    id: str
    origin: Origin
    sip_call_id: str | None
    hotline: str  # the number that was dialled
    caller: str | None  # the caller's number as the trunk gave it
    state: CallState
    received_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    desk: str | None = None
    operator: str | None = None  # the operator's number
    team: str | None = None  # the operator's at the time
    queue_wait_s: float | None = None  # from entering the queue to the bridge
    marks: tuple[Mark, ...] = ()
    facts: Facts = field(default_factory=dict)
    score: float | None = None
    flags: tuple[str, ...] = ()
    line: str | None = None  # the signature of the line process that has it
    error: str | None = None  # why it is quarantined, or what the last try said
    asked_model: str | None = None  # to transcribe with instead of the plan's
    length_s: float | None = None  # of the recording, else of the answered call
    survey_mark: int | None = None  # the caller's, where one was given


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A person's decision on a finding. What the machine said stays beside it."""

    finding_id: int
    user: str
    decision: Decision
    comment: str
    at: datetime
    reason: RejectReason | None = None  # None: confirmed, or rejected before reasons were asked
    id: int | None = None  # set once it is in the ledger
    user_id: int | None = None
    is_undone: bool = False  # somebody has taken it back


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody who signs in."""

    id: int
    name: str
    display_name: str
    role: UserRole
    disabled: bool = False
    desks: frozenset[str] = frozenset()  # whose calls are seen; empty: of all desks
    teams: frozenset[str] = frozenset()  # the same of operators' teams
    must_change: bool = False  # the password was given by somebody else
    has_totp: bool = False  # a code is asked for after the password
    issuer: str | None = None  # the provider that signs the user in; None: a password
