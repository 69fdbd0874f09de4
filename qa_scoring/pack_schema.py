"""The language of packs: what a pack's YAML may say."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from ledger.states import Role, Verdict
from qa_scoring.checks import (
    AnswerDelay,
    Check,
    HoldNotice,
    LongSilence,
    NeverSay,
    Overtalk,
    Part,
    Readback,
    Say,
    Seconds,
    Share,
    SpeechRate,
    Text,
    WaitApology,
    spellable,
)

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Dimension(StrEnum):
    """The four standards of the desks."""

    FAST = "快"
    ACCURATE = "准"
    CLEAR = "清"
    WARM = "亲"


class Severity(StrEnum):
    """How much a breach matters to the desk."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Where(Part):
    """The window of a speaker's words. Without any bound it is the whole call; several bounds all hold."""

    first_turns: Annotated[int, Field(ge=1)] | None = None
    last_turns: Annotated[int, Field(ge=1)] | None = None
    first_s: Seconds | None = None  # from the speaker's first word
    last_s: Seconds | None = None  # before the speaker's last word
    last_share: Share | None = None  # of the call from the speaker's first word to the last


KINDS = (
    *("say", "never_say", "hold_notice", "wait_apology", "long_silence"),
    *("overtalk", "speech_rate", "answer_delay", "readback"),
)


class RuleSpec(Part):
    """One norm of a desk: what it claims, what it weighs, and exactly one check."""

    id: Name
    title: Text  # the claim, in Chinese
    dimension: Dimension
    weight: Annotated[float, Field(ge=0, le=100)]  # points that a breach takes off
    severity: Severity
    flag: bool = True
    fatal: bool = False  # a breach makes the score 0
    who: Literal[Role.OPERATOR, Role.CALLER] = Role.OPERATOR
    where: Where = Where()
    good: Text  # an example that keeps it
    bad: Text  # an example that breaks it
    reasons: dict[Verdict, Text] = Field(default_factory=dict)  # in place of the check's own
    say: Say | None = None
    never_say: NeverSay | None = None
    hold_notice: HoldNotice | None = None
    wait_apology: WaitApology | None = None
    long_silence: LongSilence | None = None
    overtalk: Overtalk | None = None
    speech_rate: SpeechRate | None = None
    answer_delay: AnswerDelay | None = None
    readback: Readback | None = None

    @property
    def check(self) -> Check:
        """The one check."""
        check: Check = next(getattr(self, kind) for kind in KINDS if getattr(self, kind) is not None)
        return check

    @model_validator(mode="after")
    def _has_one_check(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            has = " and ".join(given) or "none"
            raise ValueError(f"a rule has exactly one check, here is {has}; checks are {', '.join(KINDS)}")
        return self

    @model_validator(mode="after")
    def _reasons_name_known_words(self) -> Self:
        known = dict.fromkeys(self.check.words, "")
        for verdict, reason in self.reasons.items():
            try:
                reason.format(**known)
            except (KeyError, IndexError, ValueError) as error:
                allowed = ", ".join(f"{{{word}}}" for word in sorted(known))
                raise ValueError(f"the reason for {verdict} names {error}; it may name {allowed}") from error
        return self

    def reason(self, verdict: Verdict, words: dict[str, str]) -> str:
        """The sentence for the monitor."""
        return (self.reasons.get(verdict) or self.check.reasons[verdict]).format(**words)


class PackSpec(Part):
    """One file of norms."""

    id: Name
    version: Text
    title: Text
    desks: tuple[Text, ...] = ()  # ids of desks, or numbers dialled
    desk_names: tuple[Text, ...] = ()  # how operators say the desk: fills {desk}
    extends: tuple[Name, ...] = ()
    drop: tuple[Name, ...] = ()  # rules of the packs it extends that do not hold here
    rules: tuple[RuleSpec, ...] = ()

    @field_validator("desk_names")
    @classmethod
    def _names_can_be_spoken(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            spellable(name)
        return names
