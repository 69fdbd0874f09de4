"""The checks that a rule can make: one kind of norm each, with its bounds and its sentences for monitors."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ledger.states import Verdict
from qa_scoring.phrases import BadPhrase
from qa_scoring.wordings import check, has_slots

Likeness = Annotated[float, Field(ge=0.5, le=1.0)]
Seconds = Annotated[float, Field(gt=0.0, le=600.0)]
Share = Annotated[float, Field(gt=0.0, le=1.0)]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A mapping of a pack's file: nothing but its own keys, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Alone(StrEnum):
    """Where a short phrase must stand to mean what the norm means."""

    TURN = "turn"  # nothing but it is said in the turn
    START = "start"  # it begins a turn
    END = "end"  # it ends a turn: no more than fillers or one syllable follow
    OPENING = "opening"  # it opens a turn and a pause follows
    FIRST_WORDS = "first_words"  # the speaker's first words of the call


class PhraseSpec(Part):
    """A phrase: plain text, or text with its own strictness and context."""

    text: Text
    likeness: Likeness | None = None  # None: by the phrase's length
    alone: Alone | None = None
    own_word: bool = False  # must be written so, or be a word by itself: 为 may be a misheard 喂, 维修 is not
    hint: bool = True  # whether the recogniser is told to expect it, where the norm wants to hear it
    not_within: tuple[Text, ...] = ()  # inside these longer phrases it means something else
    answered_by: tuple[Text, ...] = ()  # the other speaker answers so: what was asked is plain from that

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_a_phrase(cls, given: Any) -> Any:
        return {"text": given} if isinstance(given, str) else given

    @field_validator("text")
    @classmethod
    def _can_be_spelled(cls, text: str) -> str:
        return spellable(text)

    @field_validator("not_within", "answered_by")
    @classmethod
    def _contexts_can_be_spelled(cls, contexts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(spellable(context, slots=False) for context in contexts)

    @model_validator(mode="after")
    def _slots_stand_in_a_sentence(self) -> Self:
        if self.alone and has_slots(self.text):
            raise ValueError(f"{self.text!r} has a slot: it cannot be asked to stand alone")
        return self


def spellable(text: str, *, slots: bool = True) -> str:
    """The text, if it can be spelled out. Raises ValueError."""
    try:
        return check(text, slots=slots)
    except BadPhrase as error:
        raise ValueError(str(error)) from error


Phrases = Annotated[tuple[PhraseSpec, ...], Field(min_length=1)]


class Check(Part):
    """What a rule looks for. `reasons` are the sentences that a monitor reads, by verdict."""

    reasons: ClassVar[dict[Verdict, str]] = {}
    needs_roles: ClassVar[bool] = True  # cannot be told where nobody knows who spoke
    windowed: ClassVar[bool] = False  # looks at the words of `who` in the window that `where` gives
    of_speaker: ClassVar[bool] = True  # `who` means something
    takes_any: ClassVar[bool] = True  # can look at both speakers together
    spans_all: ClassVar[bool] = False  # the window is bounded by everybody's words, not by the speaker's
    hears: ClassVar[bool] = False  # rests on what the recogniser understood of the window
    found_by: ClassVar[frozenset[Verdict]] = frozenset()  # verdicts whose evidence is a moment, no search
    words: ClassVar[frozenset[str]] = frozenset()  # what a pack's own reasons may name in {braces}

    def phrases(self) -> Iterator[PhraseSpec]:
        """Everything that must be listened for."""
        yield from ()

    def wanted(self) -> Iterator[PhraseSpec]:
        """Those of them that the norm wants to hear."""
        yield from self.phrases()


class HoldNotice(Check):
    """Before the operator leaves the caller waiting, a notice (请稍等)."""

    reasons = {
        Verdict.PASS: "让用户等候 {seconds} 秒之前已提示：“{heard}”",
        Verdict.FAIL: "让用户等候 {seconds} 秒之前未提示稍等（最接近：“{heard}”，相似度 {likeness}）",
        Verdict.CANNOT_TELL: "让用户等候 {seconds} 秒前的“{heard}”像等候提示，不能确定（相似度 {likeness}）",
        Verdict.NOT_APPLICABLE: "通话中没有让用户等候（超过 {limit} 秒）",
    }
    found_by = frozenset({Verdict.PASS})
    words = frozenset({"seconds", "heard", "likeness", "limit"})
    wait_s: Seconds  # from here on an unannounced wait is a breach
    announced_wait_s: Seconds = 1.5  # from here on a wait that was announced counts as done rightly
    caller_asks: tuple[PhraseSpec, ...] = ()  # with which a caller ends a wait that is the operator's doing
    caller_waits: tuple[PhraseSpec, ...] = ()  # with which callers announce a wait of their own
    goes_on: tuple[PhraseSpec, ...] = ()  # with which the operator says that a wait is not over
    any: Phrases

    def phrases(self) -> Iterator[PhraseSpec]:
        """The notices, and what is said around them."""
        yield from (*self.any, *self.caller_asks, *self.caller_waits, *self.goes_on)

    def wanted(self) -> Iterator[PhraseSpec]:
        """The notices."""
        yield from self.any


class WaitApology(Check):
    """After a long wait, or a long time in the queue, an apology (对不起，让您久等了)."""

    reasons = {
        Verdict.PASS: "用户等候 {seconds} 秒后已致歉：“{heard}”",
        Verdict.FAIL: "用户等候 {seconds} 秒后未致歉（最接近：“{heard}”，相似度 {likeness}）",
        Verdict.CANNOT_TELL: "用户等候 {seconds} 秒后的“{heard}”像致歉，但不能确定（相似度 {likeness}）",
        Verdict.NOT_APPLICABLE: "通话中没有超过 {limit} 秒的已提示等候",
    }
    found_by = frozenset({Verdict.PASS})
    words = frozenset({"seconds", "heard", "likeness", "limit"})
    wait_s: Seconds
    after: Phrases  # notices: who asked the caller to wait owes the apology
    queue_wait_s: Seconds  # of the fact of the same name; a queue is announced by the line, so it is longer
    caller_asks: tuple[PhraseSpec, ...] = ()  # with which a caller ends a wait that is the operator's doing
    caller_waits: tuple[PhraseSpec, ...] = ()  # with which callers announce a wait of their own
    goes_on: tuple[PhraseSpec, ...] = ()  # with which the operator says that a wait is not over
    any: Phrases

    def phrases(self) -> Iterator[PhraseSpec]:
        """The notices and the apologies, and what is said around them."""
        yield from (*self.wanted(), *self.caller_asks, *self.caller_waits, *self.goes_on)

    def wanted(self) -> Iterator[PhraseSpec]:
        """The notices and the apologies."""
        yield from (*self.after, *self.any)


class LongSilence(Check):
    """Nobody speaks for too long, and no notice was given."""

    reasons = {
        Verdict.PASS: "没有超过 {limit} 秒且未提示的静默",
        Verdict.FAIL: "双方静默 {seconds} 秒，此前未提示用户（最接近：“{heard}”，相似度 {likeness}）",
        Verdict.CANNOT_TELL: "双方静默 {seconds} 秒，此前“{heard}”像等候提示，不能确定（相似度 {likeness}）",
    }
    found_by = frozenset({Verdict.FAIL})
    words = frozenset({"seconds", "heard", "likeness", "limit"})
    needs_roles = False
    silence_s: Seconds
    excused_by: Phrases
    caller_waits: tuple[PhraseSpec, ...] = ()  # with which callers announce a wait of their own
    goes_on: tuple[PhraseSpec, ...] = ()  # with which the operator says that a wait is not over

    def phrases(self) -> Iterator[PhraseSpec]:
        """The notices that excuse it, and what is said around them."""
        yield from (*self.excused_by, *self.caller_waits, *self.goes_on)

    def wanted(self) -> Iterator[PhraseSpec]:
        """The notices."""
        yield from self.excused_by


class Overtalk(Check):
    """The operator talks into the caller's words."""

    reasons = {
        Verdict.PASS: "抢话合计 {seconds} 秒，占通话的 {share}，未超限",
        Verdict.FAIL: "话务员抢话合计 {seconds} 秒（单次最长 {longest} 秒），占通话的 {share}",
    }
    found_by = frozenset({Verdict.FAIL})
    words = frozenset({"seconds", "longest", "share"})  # of turns the sentence is its own
    least_s: Seconds  # shorter overlaps are the small change of talk
    longest_s: Seconds
    share: Share  # of the time in which anybody speaks
    turn_share: Share | None = None  # of the operator's turns may begin in the caller's words


class SpeechRate(Check):
    """How fast the operator speaks."""

    reasons = {
        Verdict.PASS: "语速每秒 {rate} 字，在 {slowest} 至 {fastest} 之间",
        Verdict.FAIL: "语速每秒 {rate} 字，不在 {slowest} 至 {fastest} 之间",
        Verdict.CANNOT_TELL: "话务员说话太少（{count} 字），无法可靠地计算语速",
    }
    words = frozenset({"rate", "slowest", "fastest", "count"})
    slowest: Annotated[float, Field(gt=0, le=20)]  # syllables a second, pauses left out
    fastest: Annotated[float, Field(gt=0, le=20)]
    least_syllables: Annotated[int, Field(ge=1, le=1000)]

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Self:
        if self.slowest >= self.fastest:
            raise ValueError("slowest must be less than fastest")
        return self


class AnswerDelay(Check):
    """How long after the bridge the operator speaks."""

    reasons = {
        Verdict.PASS: "接通后 {seconds} 秒应答",
        Verdict.FAIL: "接通后 {seconds} 秒才应答，超过 {limit} 秒",
        Verdict.NOT_APPLICABLE: "录音没有接通时刻，不计应答时间",
    }
    found_by = frozenset({Verdict.PASS, Verdict.FAIL})
    words = frozenset({"seconds", "limit"})
    within_s: Seconds


class Readback(Check):
    """The digits that the operator reads out are those of a fact."""

    reasons = {
        Verdict.PASS: "报号“{heard}”与登记号码 {number} 一致",
        Verdict.FAIL: "报号“{heard}”与登记号码 {number} 不一致",
        Verdict.CANNOT_TELL: "报号“{heard}”与登记号码 {number} 部分相符，可能是识别漏字，请复听",
        Verdict.NOT_APPLICABLE: "没有登记号码可核对",
    }
    found_by = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL})
    words = frozenset({"heard", "number"})
    fact: Literal["directory_number"]
