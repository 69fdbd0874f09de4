"""Every figure that is shown: its name, what it is, where it comes from, and how it is read off a tally."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.words import N_
from ledger.statistics.tally import Tally
from ledger.tables.statistics import STANDARDS


class Unit(StrEnum):
    """What a value is measured in."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    SCORE = "score"
    MARK = "mark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure. `behind`: the measure whose calls stand behind it; a mean or share has those it is of."""

    key: str
    title: str
    unit: Unit
    meaning: str
    source: str  # tables and the function that counts
    read: Callable[[Tally], float | None]
    behind: str = ""
    is_of_queues: bool = False  # callers who gave up are in it: nothing of a team's or an operator's
    is_good_high: bool | None = None  # None: neither


CALLS_TABLE: Final = "calls · ledger.statistics.measures.CALLS"
WAITS_TABLE: Final = "waiting · ledger.statistics.measures.WAITS"
CARDS_TABLE: Final = "scorecards, findings · ledger.statistics.facts"


def _count(key: str, title: str, meaning: str, *, source: str = CALLS_TABLE, queues: bool = False) -> Figure:
    return Figure(
        key=key,
        title=title,
        unit=Unit.COUNT,
        meaning=meaning,
        source=source,
        read=lambda tally: tally[key],
        behind=key,
        is_of_queues=queues,
    )


_ALL: Final = (
    _count(
        "calls",
        N_("来电"),
        N_(
            "本时段内收到的呼叫（INVITE），每一个都算，不含导入的录音和自检呼叫。按收到的时刻归入小时和日期。"
        ),
    ),
    _count("answered", N_("接通"), N_("系统已应答（发出 200）的来电，连同只听了语音菜单的。")),
    _count("talked", N_("人工接听"), N_("和话务员通了话的来电。")),
    _count("abandoned", N_("放弃"), N_("来电者在得到服务之前自己离开的来电：应答之前、在菜单里或在排队时。")),
    _count("refused", N_("未接入"), N_("系统没有应答而拒绝的来电，如线路全忙、号码不存在、来源未经许可。")),
    _count("failed", N_("故障"), N_("因系统或网络故障而中断的来电。")),
    _count(
        "offered",
        N_("排队等候"),
        N_("在服务台结束的等候；转到别台的来电在每个台各算一次，线路中断的不算。按结束的时刻归入。"),
        source=WAITS_TABLE,
        queues=True,
    ),
    _count("bridged", N_("等候后接起"), N_("由话务员接起而结束的等候。"), source=WAITS_TABLE),
    _count("gave_up", N_("排队中放弃"), N_("来电者自己挂断而结束的等候。"), source=WAITS_TABLE, queues=True),
    _count(
        "overflowed",
        N_("转出"),
        N_("等到时限，转到别的台、留言或回电的等候。"),
        source=WAITS_TABLE,
        queues=True,
    ),
    Figure(
        key="service_level",
        title=N_("服务水平"),
        unit=Unit.SHARE,
        meaning=N_(
            "在服务台当时承诺的时限内由话务员接起的等候，占全部结束的等候；放弃和转出的都算没有接起。与大屏同一口径。"
        ),
        source=WAITS_TABLE,
        read=lambda tally: tally.service_level,
        behind="in_time",
        is_of_queues=True,
        is_good_high=True,
    ),
    Figure(
        key="in_time_share",
        title=N_("及时接起"),
        unit=Unit.SHARE,
        meaning=N_(
            "在时限内接起的等候，占由话务员接起的等候。放弃的来电不属于任何班组和话务员，所以对他们只能说这一项。"
        ),
        source=WAITS_TABLE,
        read=lambda tally: tally.in_time_share,
        behind="in_time",
        is_good_high=True,
    ),
    Figure(
        key="mean_wait",
        title=N_("平均等候"),
        unit=Unit.SECONDS,
        meaning=N_("由话务员接起的等候，从进入排队到接起，平均几秒。"),
        source=WAITS_TABLE,
        read=lambda tally: tally.mean_wait_s,
        behind="bridged",
        is_good_high=False,
    ),
    Figure(
        key="wait_p50",
        title=N_("等候中位数"),
        unit=Unit.SECONDS,
        meaning=N_("一半接起的等候不超过这么久。按 25 个时长档计数，在档内按比例推算。"),
        source=WAITS_TABLE,
        read=lambda tally: tally.wait_percentile_s(0.5),
        behind="bridged",
        is_good_high=False,
    ),
    Figure(
        key="wait_p90",
        title=N_("九成等候"),
        unit=Unit.SECONDS,
        meaning=N_("十分之九接起的等候不超过这么久。按 25 个时长档计数，在档内按比例推算。"),
        source=WAITS_TABLE,
        read=lambda tally: tally.wait_percentile_s(0.9),
        behind="bridged",
        is_good_high=False,
    ),
    Figure(
        key="mean_gave_up",
        title=N_("放弃前等候"),
        unit=Unit.SECONDS,
        meaning=N_("排队中放弃的来电者平均等了几秒才挂断。"),
        source=WAITS_TABLE,
        read=lambda tally: tally.mean_gave_up_s,
        behind="gave_up",
        is_of_queues=True,
    ),
    Figure(
        key="mean_talk",
        title=N_("平均通话"),
        unit=Unit.SECONDS,
        meaning=N_("来电者和话务员通话的时长（一通电话里几次合计），除以人工接听的来电。"),
        source="calls.marks · ledger.statistics.measures.talked_s",
        read=lambda tally: tally.mean_talk_s,
        behind="talked",
    ),
    _count("judged", N_("已评分"), N_("有机器评分的电话，连同导入的录音。"), source=CARDS_TABLE),
    Figure(
        key="mean_score",
        title=N_("平均得分"),
        unit=Unit.SCORE,
        meaning=N_("最新评分的平均，满分 100；人工驳回的判定不改变它，抽样一节有人工核对后的估计。"),
        source=CARDS_TABLE,
        read=lambda tally: tally.mean_score,
        behind="judged",
        is_good_high=True,
    ),
    Figure(
        key="flagged_share",
        title=N_("有问题的电话"),
        unit=Unit.SHARE,
        meaning=N_("至少有一项标记的电话，占已评分的电话。"),
        source="calls.flags · ledger.statistics.measures.CALLS",
        read=lambda tally: tally.flagged_share,
        behind="flagged",
        is_good_high=False,
    ),
    _count("asked", N_("被征询"), N_("听完了满意度征询或已作答的来电。")),
    Figure(
        key="asked_share",
        title=N_("征询率"),
        unit=Unit.SHARE,
        meaning=N_("听完了满意度征询或已作答的来电，占人工接听的来电。"),
        source="calls.facts · ledger.statistics.measures.ASKED",
        read=lambda tally: tally.asked_share,
        behind="asked",
        is_good_high=True,
    ),
    _count("marked", N_("给了评分"), N_("给了分的来电；各评分键之和等于它。")),
    Figure(
        key="marked_share",
        title=N_("评价率"),
        unit=Unit.SHARE,
        meaning=N_("给了分的来电，占被征询的来电。"),
        source="calls.facts · ledger.statistics.measures.MARK",
        read=lambda tally: tally.marked_share,
        behind="marked",
        is_good_high=True,
    ),
    Figure(
        key="mean_mark",
        title=N_("平均评分"),
        unit=Unit.MARK,
        meaning=N_("来电者所按评分键的平均。"),
        source="calls.facts · ledger.statistics.measures.MARK",
        read=lambda tally: tally.mean_mark,
        behind="marked",
        is_good_high=True,
    ),
    Figure(
        key="satisfied_marks_share",
        title=N_("征询满意率"),
        unit=Unit.SHARE,
        meaning=N_("按了 4（满意）或以上的来电，占给了分的来电；按标准方案的 1 到 5 分。"),
        source="calls.facts · ledger.statistics.measures.MARK",
        read=lambda tally: tally.satisfied_share,
        behind="marked",
        is_good_high=True,
    ),
)
STANDARD_TITLES: Final = dict(
    zip(STANDARDS, (N_("快 扣分"), N_("准 扣分"), N_("清 扣分"), N_("亲 扣分")), strict=True)
)


def _loss(standard: str) -> Figure:
    return Figure(
        key=f"loss_{standard}",
        title=STANDARD_TITLES[standard],
        unit=Unit.SCORE,
        meaning=N_("这一标准的判定平均每通扣几分，不超过该标准的上限，否决项另计；按最新评分。"),
        source="findings · ledger.scores.losses",
        read=lambda tally: tally.mean_loss(standard),
        behind="judged",
        is_good_high=False,
    )


FIGURES: Final[Mapping[str, Figure]] = {
    figure.key: figure for figure in (*_ALL, *(_loss(standard) for standard in STANDARDS))
}
TILES: Final = (
    "calls",
    "talked",
    "abandoned",
    "service_level",
    "wait_p90",
    "mean_talk",
    "mean_score",
    "mean_mark",
)
COLUMNS: Final = (
    "calls",
    "talked",
    "abandoned",
    "refused",
    "service_level",
    "in_time_share",
    "mean_wait",
    "wait_p90",
    "mean_talk",
    "mean_score",
    "flagged_share",
    "mean_mark",
)
RULE_MEANINGS: Final = {
    "flags": (
        N_("标记的电话"),
        N_("最新评分里这条规则不合格、并且规范把它列为标记的电话；录音到期删除后仍然保留。"),
    ),
    "fails": (N_("不合格判定"), N_("最新评分里这条规则不合格的电话；录音到期删除后，判定随之删除。")),
    "undecided": (N_("待核对"), N_("还没有人核对的不合格判定。")),
    "confirmed": (N_("已确认"), N_("最近一次核对为确认的不合格判定。")),
    "rejected": (N_("已驳回"), N_("最近一次核对为驳回的不合格判定。")),
}
