"""The five standard campaigns: what a desk asks new, repaired, complaining, lost and other customers.

Taken from the railway telecom's account of its 10050 desk: whether the installer came in time, how the work
was done, whether faults and complaints were settled, whether the customer is satisfied. Their prompts lie in
`sip_config/prompts/zh`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from desks.campaigns.questions import Answer, Question
from desks.campaigns.states import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """What a campaign of a kind is unless somebody says otherwise."""

    title: str  # Chinese
    greeting: str  # a prompt
    questions: tuple[Question, ...]
    limit: timedelta  # from the event to the day by which the person is to be reached


_Telling = tuple[str, bool | None, bool | None]  # what it means, whether satisfied, whether settled


def _telling(answer: str | _Telling) -> _Telling:
    return (answer, None, None) if isinstance(answer, str) else answer


def _ask(question_id: str, text: str, *answers: str | _Telling) -> Question:
    """Answers by key 1, 2, ...: what each means, and what that tells."""
    keyed = tuple(
        Answer(key=str(key), meaning=meaning, satisfied=satisfied, settled=settled)
        for key, (meaning, satisfied, settled) in enumerate(map(_telling, answers), start=1)
    )
    return Question(id=question_id, text=text, prompt=f"ask-{question_id}", answers=keyed)


_SATISFIED: Final = _ask(
    "satisfied",
    "总的来说，对这次服务是否满意",
    ("满意", True, True),
    ("一般", False, True),
    ("不满意", False, False),
)
STANDARD: Final[dict[Kind, Standard]] = {
    Kind.NEW_INSTALL: Standard(
        title="新装回访",
        greeting="outbound-install",
        limit=timedelta(days=1),
        questions=(
            _ask("install-on-time", "装机人员是否按约定的时间上门", "是", "不是"),
            _ask(
                "install-manners",
                "装机人员的着装、用语和行为是否规范",
                "规范",
                "不规范",
            ),
            _SATISFIED,
        ),
    ),
    Kind.REPAIR: Standard(
        title="障碍修复回访",
        greeting="outbound-repair",
        limit=timedelta(days=1),
        questions=(
            _ask("repair-done", "障碍是否已经修好", ("已经修好", None, True), ("没有修好", None, False)),
            _ask("repair-in-time", "障碍处理是否及时", "及时", "不及时"),
            _SATISFIED,
        ),
    ),
    Kind.COMPLAINT: Standard(
        title="投诉回访",
        greeting="outbound-complaint",
        limit=timedelta(days=2),
        questions=(
            _ask("complaint-answered", "是否已经有人答复", "已经答复", ("没有答复", None, False)),
            _ask(
                "complaint-settled",
                "对处理结果是否满意",
                ("满意", True, True),
                ("基本满意", True, True),
                ("不满意", False, False),
            ),
        ),
    ),
    Kind.LOST: Standard(
        title="流失客户回访",
        greeting="outbound-lost",
        limit=timedelta(days=5),
        questions=(
            _ask(
                "lost-why",
                "停用的主要原因",
                "价格",
                "网络质量",
                "服务",
                "搬家",
                "其他",
            ),
            _ask("lost-return", "今后是否愿意再次使用", "愿意", "不愿意"),
        ),
    ),
    Kind.SATISFACTION: Standard(
        title="满意度回访",
        greeting="outbound-satisfaction",
        limit=timedelta(days=5),
        questions=(
            _ask(
                "operator-manners",
                "工作人员的服务态度",
                ("满意", True, None),
                ("一般", False, None),
                ("不满意", False, None),
            ),
            _ask(
                "quality",
                "网络和通话质量",
                ("满意", True, None),
                ("一般", False, None),
                ("不满意", False, None),
            ),
            _SATISFIED,
        ),
    ),
}
