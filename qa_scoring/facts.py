"""Facts of a call that rules may compare: the check, and what the hotline itself knows."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from ledger.states import Verdict
from qa_scoring.checks import Check, Text
from qa_scoring.patterns import Pattern

# What the hotline itself knows; a plan's collections and `--fact` of an import add their own.
KNOWN: Final = {
    "directory_number": "登记号码",
    "queue_wait_s": "排队等候秒数",
    "survey_asked": "是否征询满意度",
    "survey_why": "未征询的原因",
    "survey_mark": "满意度评价",
    "language": "语种",
    "directory_read_by": "报号方式",
    "transfers": "转接次数",
    "handed_over": "转出方式",
    "hung_up_by": "挂机方",
    "result": "通话结果",
    "reason": "结束原因",
    "origin": "来源",
    "direction": "呼叫方向",
    "hotline": "拨打的号码",
    "desk": "受理台",
    "operator": "话务员工号",
    "hour": "来电钟点",
    "weekday": "星期",
    "bridged_at_s": "接通时刻",
}


class Fact(Check):
    """A fact of the call compares as asked; several comparisons all hold."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{fact}为“{value}”，符合规定（{wanted}）",
        Verdict.FAIL: "{fact}为“{value}”，不符合规定（{wanted}）",
        Verdict.CANNOT_TELL: "{fact}为“{value}”，无法与规定（{wanted}）比较",
        Verdict.NOT_APPLICABLE: "没有{fact}可核对",
    }
    words = frozenset({"fact", "value", "wanted"})
    needs_roles = False
    name: Text
    is_: Text | None = Field(None, alias="is")
    is_not: Text | None = None
    one_of: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    less_than: float | None = None
    more_than: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    present: bool | None = None
    matches: Pattern | None = None  # the whole value
    missing: Literal[Verdict.NOT_APPLICABLE, Verdict.CANNOT_TELL, Verdict.FAIL] = Verdict.NOT_APPLICABLE

    @field_validator("is_", "is_not", "one_of", mode="before")
    @classmethod
    def _figures_are_text(cls, given: object) -> object:
        if isinstance(given, list | tuple):
            return [_text(each) for each in given]
        return _text(given)

    @property
    def title(self) -> str:
        """How sentences name the fact."""
        return KNOWN.get(self.name, self.name)

    @model_validator(mode="after")
    def _compares_something(self) -> Self:
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if not given:
            raise ValueError(f"say what of {self.name!r}: {', '.join(SIGNS)}")
        return self


SIGNS: Final = {
    "is": "是 {}",
    "is_not": "不是 {}",
    "one_of": "是其中之一：{}",
    "less_than": "小于 {}",
    "more_than": "大于 {}",
    "at_least": "不小于 {}",
    "at_most": "不大于 {}",
    "present": "有记录：{}",
    "matches": "形如 {}",
}
COMPARISONS: Final = tuple("is_" if name == "is" else name for name in SIGNS)


def _text(given: object) -> object:
    """YAML reads 5 as a number and yes as a truth: facts are text."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given) if isinstance(given, int | float) else given
