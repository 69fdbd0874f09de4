"""Written forms of what was said: the specs of `regex` and `similar`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from ledger.states import Verdict
from qa_scoring.checks import Check, Likeness, Text, spellable
from qa_scoring.patterns import Pattern
from qa_scoring.saying import Times

ONCE = Times(at_least=1)


class Regex(Check):
    """A regular expression over the text of a turn as it was recognised, normalised.

    Normalised: full-width signs as plain ones, small letters, no punctuation and no blanks, and a figure for
    every spoken digit, 一下 being 1下 too.
    """

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{where}与{title}相符的有{count}处（要求{wanted}）：“{heard}”",
        Verdict.FAIL: "{where}与{title}相符的有{count}处（要求{wanted}）：“{heard}”",
        Verdict.CANNOT_TELL: "核对{title}用时过长，未能判定，请简化规则中的表达式",
    }
    words = frozenset({"where", "title", "count", "wanted", "heard"})
    windowed = True
    hears = True
    pattern: Pattern
    title: Text = "规定的说法"  # how sentences name what matches
    times: Times = ONCE


class Similar(Check):
    """A whole turn says about what an example says: enough of their syllables agree in their order."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: (
            "{where}与例句“{phrase}”相近的话有{count}处（要求{wanted}）：“{heard}”（相似度 {likeness}）"
        ),
        Verdict.FAIL: (
            "{where}与例句相近的话有{count}处（要求{wanted}）；"
            "最接近“{phrase}”的是“{heard}”（相似度 {likeness}）"
        ),
        Verdict.CANNOT_TELL: (
            "不能确定{where}的“{heard}”是否与例句“{phrase}”相近（相似度 {likeness}），请复听"
        ),
    }
    words = frozenset({"where", "phrase", "count", "wanted", "heard", "likeness"})
    windowed = True
    hears = True
    examples: Annotated[tuple[Text, ...], Field(min_length=1)]
    likeness: Likeness = 0.75
    times: Times = ONCE

    @field_validator("examples")
    @classmethod
    def _can_be_spelled(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        for example in examples:
            if any(sign in example for sign in "()[]{}|"):
                raise ValueError(f"{example!r} is no plain sentence: an example has no brackets")
            spellable(example)
        return examples
