"""What must be said and what must not: the specs of `say` and `never_say`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from ledger.states import Verdict
from qa_scoring.checks import Check, Part, Phrases, PhraseSpec, Seconds, Text, spellable
from qa_scoring.tone import ToneBook, tone_book

Count = Annotated[int, Field(ge=0, le=100)]
ToneBound = Annotated[float, Field(ge=0, le=20)]  # of `ToneBook.tone_of`


class Times(Part):
    """How often something may or must be said, each saying counted once."""

    at_least: Count | None = None
    at_most: Count | None = None

    @model_validator(mode="after")
    def _bounds_make_sense(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("times has at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not be more than at_most")
        return self


class Near(Part):
    """How far apart the first and the last of what is said together may lie."""

    seconds: Seconds | None = None
    turns: Annotated[int, Field(ge=1, le=50)] | None = None  # of the same speaker; 1: in the same turn

    @model_validator(mode="after")
    def _has_one_measure(self) -> Self:
        if (self.seconds is None) == (self.turns is None):
            raise ValueError("near has either seconds or turns")
        return self


class Group(Part):
    """One thing that must be said, in any of its wordings; a phrase by itself is a group of one wording."""

    title: Text  # how the reason names it when it is missing, e.g. 问好
    any: Phrases
    times: Times | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_phrase_is_a_group(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"title": given, "any": [given]}
        if isinstance(given, dict) and not {"title", "any", "times"} & set(given):
            return {"title": str(given.get("text", "?")), "any": [given]}
        return given


Groups = Annotated[tuple[Group, ...], Field(min_length=1)]


class Say(Check):
    """All groups, any of them, or at least so many must be heard; in order, near each other, so often."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}已说：“{heard}”（相似度 {likeness}）",
        Verdict.FAIL: "{where}未听到{missing}（最接近：“{heard}”，相似度 {likeness}）",
        Verdict.CANNOT_TELL: "{where}的“{heard}”与{missing}接近但不能确定（相似度 {likeness}），请复听",
    }
    words = frozenset({"where", "heard", "likeness", "missing", "count"})
    windowed = True
    hears = True
    found_by = frozenset({Verdict.PASS})
    all: Groups | None = None
    any: Groups | None = None
    at_least: Annotated[int, Field(ge=1)] | None = None  # so many of `of`
    of: Groups | None = None
    in_order: bool = False  # the groups in the order in which they are written
    near: Near | None = None
    times: Times | None = None  # with `any`: how often all its phrases together

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everything that it asks for."""
        return self.all or self.any or self.of or ()

    @property
    def needed(self) -> int:
        """How many of the groups must be said."""
        if self.all:
            return len(self.all)
        return self.at_least or 1

    def phrases(self) -> Iterator[PhraseSpec]:
        """The wordings of all groups."""
        for group in self.groups:
            yield from group.any

    def wanted(self) -> Iterator[PhraseSpec]:
        """Those that it does not count to keep them few."""
        for group in self.groups:
            if not any(times and times.at_most is not None for times in (self.times, group.times)):
                yield from group.any

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> Self:
        given = [name for name in ("all", "any", "of") if getattr(self, name) is not None]
        if len(given) != 1:
            has = " and ".join(given) or "none of them"
            raise ValueError(f"say has exactly one of all, any, or at_least with of; here is {has}")
        if (self.at_least is None) != (self.of is None):
            raise ValueError("at_least and of go together: at_least so many of these")
        if self.at_least is not None and self.at_least > len(self.groups):
            raise ValueError(f"at_least asks for {self.at_least} of {len(self.groups)}")
        return self

    @model_validator(mode="after")
    def _conditions_fit(self) -> Self:
        if self.any and (self.in_order or self.near):
            raise ValueError("in_order and near need several things to be said: use all, or at_least with of")
        if self.times and not self.any:
            raise ValueError("times counts all phrases of any; to count one group's, put times in the group")
        if (self.in_order or self.near) and any(group.times for group in self.groups):
            raise ValueError("a group with times has no one place: it cannot be in_order or near")
        return self


class ToneSpec(Part):
    """Whole turns that say what nobody listed, told by what they share with example sentences."""

    harsh: Annotated[tuple[Text, ...], Field(min_length=20)]  # sentences that break the norm
    plain: Annotated[tuple[Text, ...], Field(min_length=20)]  # and such that keep it
    sure: ToneBound = 1.9  # from here on a turn is held against the speaker
    doubtful: ToneBound = 1.2  # from here on somebody should listen

    @cached_property
    def book(self) -> ToneBook:
        """What the examples teach."""
        return tone_book(self.harsh, self.plain)

    @field_validator("harsh", "plain")
    @classmethod
    def _can_be_spelled(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        for example in examples:
            spellable(example, slots=False)
        return examples

    @model_validator(mode="after")
    def _doubt_comes_first(self) -> Self:
        if self.doubtful > self.sure:
            raise ValueError("doubtful must not be more than sure")
        return self


class NeverSay(Check):
    """None of the phrases may be heard in the window, nor a turn that sounds like the harsh examples."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}未听到服务忌语",
        Verdict.FAIL: "听到服务忌语“{phrase}”：“{heard}”（相似度 {likeness}，共 {count} 处）",
        Verdict.CANNOT_TELL: "“{heard}”听起来像服务忌语“{phrase}”，但不能确定（相似度 {likeness}），请复听",
    }
    words = frozenset({"where", "heard", "likeness", "phrase", "count"})
    windowed = True
    hears = True
    found_by = frozenset({Verdict.FAIL})
    any: Phrases
    tone: ToneSpec | None = None

    def phrases(self) -> Iterator[PhraseSpec]:
        """The forbidden ones."""
        yield from self.any

    def wanted(self) -> Iterator[PhraseSpec]:
        """Nothing."""
        yield from ()
