"""What is measured and not heard: the specs of silences, levels, shares, lengths, and of who hangs up."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ledger.states import Role, Verdict
from qa_scoring.checks import Check, Part, PhraseSpec, Seconds, Share
from qa_scoring.wheres import Who

Decibels = Annotated[float, Field(ge=1.0, le=60.0)]
HOUR_S = 3600.0
Length = Annotated[float, Field(ge=0.0, le=8 * HOUR_S)]


class Whose(StrEnum):
    """Who is silent."""

    BOTH = "both"
    OPERATOR = "operator"  # whatever the caller says
    CALLER = "caller"


class Between(Part):
    """Who spoke last before a silence, and who speaks first after it."""

    before: Who = Who.ANY
    after: Who = Who.ANY


class Silence(Check):
    """Nobody, or one of the two, is silent for longer than `longest_s`, unless a notice excused it."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}没有超过 {limit} 秒且未提示的静默（{whose}）",
        Verdict.FAIL: "{where}{whose}静默 {seconds} 秒（共 {count} 处超过 {limit} 秒），此前未提示",
        Verdict.CANNOT_TELL: "{where}{whose}静默 {seconds} 秒，不能确定此前是否提示（“{heard}”），请复听",
    }
    words = frozenset({"where", "limit", "whose", "seconds", "count", "heard"})
    needs_roles = False
    windowed = True
    of_speaker = False
    spans_all = True
    whose: Whose = Whose.BOTH
    longest_s: Seconds
    between: Between = Between()
    excused_by: tuple[PhraseSpec, ...] = ()  # notices of the operator, before the silence
    excused_within_s: Seconds = 15.0  # how long before the silence a notice may have begun

    def phrases(self) -> Iterator[PhraseSpec]:
        """The notices that excuse it."""
        yield from self.excused_by

    @property
    def asks_speakers(self) -> bool:
        """Whether it cannot even be found without knowing who spoke."""
        return self.whose is not Whose.BOTH

    @property
    def asks_who(self) -> bool:
        """Whether one that was found cannot be told without knowing who spoke."""
        return self.asks_speakers or self.between != Between() or bool(self.excused_by)


class Loudness(Check):
    """How loud the speaker's turns are against the speaker's own usual level in this call."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}音量平稳，最高比平时高 {db} 分贝",
        Verdict.FAIL: "{where}{how} {db} 分贝（共 {count} 处）：“{heard}”",
        Verdict.CANNOT_TELL: "{where}有音量记录的话不足 {least} 轮，无法判定",
    }
    words = frozenset({"where", "db", "how", "count", "heard", "least"})
    windowed = True
    shout_db: Decibels | None = None  # so far above the median of the speaker's turns
    rise_db: Decibels | None = None  # so far above the speaker's turn before
    least_turns: Annotated[int, Field(ge=2, le=100)] = 4  # with fewer there is no usual level

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.shout_db is None and self.rise_db is None:
            raise ValueError("loudness has shout_db, rise_db or both")
        return self


class TalkShare(Check):
    """How much of all speech is the speaker's."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}说话占 {share}，符合规定（{wanted}）",
        Verdict.FAIL: "{where}说话占 {share}，不符合规定（{wanted}）",
        Verdict.CANNOT_TELL: "{where}双方说话合计不足 {least} 秒，不计占比",
    }
    words = frozenset({"where", "share", "wanted", "least"})
    windowed = True
    takes_any = False
    spans_all = True
    at_least: Share | None = None
    at_most: Share | None = None
    least_s: Seconds = 10.0  # of speech; of less a share says nothing

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        return _bounded(self, "at_least", "at_most")


class HangUpBy(Check):
    """Who hangs up first; `hang_up_by: caller` asks the operator to wait for it."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "由{who}先挂机",
        Verdict.FAIL: "由{who}先挂机，规定应由{wanted}先挂机",
        Verdict.NOT_APPLICABLE: "没有挂机方的记录，本项不适用",
    }
    words = frozenset({"who", "wanted"})
    needs_roles = False
    found_by = frozenset({Verdict.PASS, Verdict.FAIL})
    speaker: Literal[Role.CALLER, Role.OPERATOR]

    @model_validator(mode="before")
    @classmethod
    def _a_role_is_enough(cls, given: Any) -> Any:
        return {"speaker": given} if isinstance(given, str) else given


class Duration(Check):
    """How long the conversation with the operator lasts, or the whole call."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{what}历时 {seconds} 秒，符合规定（{wanted}）",
        Verdict.FAIL: "{what}历时 {seconds} 秒，不符合规定（{wanted}）",
    }
    words = frozenset({"what", "seconds", "wanted"})
    needs_roles = False
    of: Literal["conversation", "call"] = "conversation"
    at_least_s: Length | None = None
    at_most_s: Length | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        return _bounded(self, "at_least_s", "at_most_s")


class Turns(Check):
    """How many turns the speaker has, as a listener counts them."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}共 {count} 轮，符合规定（{wanted}）",
        Verdict.FAIL: "{where}共 {count} 轮，不符合规定（{wanted}）",
    }
    words = frozenset({"where", "count", "wanted"})
    windowed = True
    at_least: Annotated[int, Field(ge=0, le=1000)] | None = None
    at_most: Annotated[int, Field(ge=0, le=1000)] | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        return _bounded(self, "at_least", "at_most")


Measure = TypeVar("Measure", bound=Check)


def _bounded(measure: Measure, least: str, most: str) -> Measure:
    low, high = getattr(measure, least), getattr(measure, most)
    if low is None and high is None:
        raise ValueError(f"give {least}, {most} or both")
    if low is not None and high is not None and low > high:
        raise ValueError(f"{least} must not be more than {most}")
    return measure
