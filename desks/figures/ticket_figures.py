"""Figures of tickets: faults, complaints, how fast and how late they were handled."""

from __future__ import annotations

from typing import Final

from desks.figures.figure import Figure, Unit, counted, ratio, ratio_of
from desks.figures.words import Words

_REASONS: Final = {
    "customer": Words("客户原因", "customer's wish"),
    "arranged": Words("预约", "arranged"),
    "ours": Words("我方原因", "ours"),
    "untold": Words("原因未注明", "no reason given"),
}


def _late(reason: str, words: Words) -> tuple[Figure, Figure]:
    return (
        Figure(
            id=f"late_{reason}",
            name=Words(f"超时件数·{words.zh}", f"Overdue: {words.en}"),
            meaning=Words(
                f"超时件数中超时原因是“{words.zh}”的。四种原因之和等于超时件数。",
                f"Overdue tickets whose reason is '{words.en}'. The four reasons add up to all overdue ones.",
            ),
            unit=Unit.COUNT,
            read=counted(f"late_{reason}"),
            behind=f"late_{reason}",
            is_good_high=False,
        ),
        Figure(
            id=f"late_minutes_{reason}",
            name=Words(f"超时时长·{words.zh}", f"Time overdue: {words.en}"),
            meaning=Words(
                f"超时时长中超时原因是“{words.zh}”的。四种原因之和等于超时时长。",
                f"Time overdue of the reason '{words.en}'. The four reasons add up to all of it.",
            ),
            unit=Unit.MINUTES,
            read=counted(f"late_minutes_{reason}"),
            behind=f"late_minutes_{reason}",
            is_good_high=False,
        ),
    )


TICKET_FIGURES: Final = (
    Figure(
        id="tickets",
        name=Words("申告件数", "Tickets"),
        meaning=Words(
            "时段内受理的工单，一张算一件，归入受理的时刻。限期内重开的仍是同一件，撤回的也算，催修不另算。",
            "Tickets opened in the period, by the moment of their opening. One that is reopened "
            "in time is still "
            "one; those withdrawn count; urging adds none.",
        ),
        unit=Unit.COUNT,
        read=counted("tickets"),
        behind="tickets",
        is_good_high=False,
    ),
    Figure(
        id="mean_limit",
        name=Words("平均处理时限", "Mean time limit"),
        meaning=Words(
            "申告件数的规定时限之和 ÷ 申告件数。时限是受理时该种类规定的，预约不改变它。",
            "Time limits of all tickets ÷ tickets. The limit is the kind's at the opening; "
            "arranging a later time "
            "does not change it.",
        ),
        unit=Unit.MINUTES,
        read=ratio("limit_minutes", "tickets"),
        behind="tickets",
    ),
    Figure(
        id="handled_minutes",
        name=Words("处理历时合计", "Handling time, total"),
        meaning=Words(
            "已修复工单从受理（重开的从重开）到修复、按时限的计时口径所用的时间之和；预约的时间不计，未修复的不计。",
            "Time from the opening (or reopening) until solved, counted as the limit counts, of "
            "solved tickets; "
            "arranged times and unsolved tickets are left out.",
        ),
        unit=Unit.MINUTES,
        read=counted("handled_minutes"),
        behind="solved",
    ),
    Figure(
        id="mean_handling",
        name=Words("平均处理历时", "Mean handling time"),
        meaning=Words(
            "处理历时合计 ÷ 已修复的件数。工单归入受理的时刻，不论哪天修复。",
            "Handling time, total ÷ solved tickets, by the moment of their opening, whenever "
            "they were solved.",
        ),
        unit=Unit.MINUTES,
        read=ratio("handled_minutes", "solved"),
        behind="solved",
        is_good_high=False,
    ),
    Figure(
        id="in_time",
        name=Words("及时件数", "In time"),
        meaning=Words(
            "在时限内修复的工单。预约改后的时刻算时限。",
            "Tickets solved by when they were due, arranged times included.",
        ),
        unit=Unit.COUNT,
        read=counted("in_time"),
        behind="in_time",
        is_good_high=True,
    ),
    Figure(
        id="late",
        name=Words("超时件数", "Overdue"),
        meaning=Words(
            "超过时限才修复的工单，加上查看时已过时限还没有修复的；约定的时刻未到的不算。",
            "Tickets solved after they were due, and those unsolved and past due at the moment "
            "of looking; not "
            "while a later time is arranged.",
        ),
        unit=Unit.COUNT,
        read=counted("late"),
        behind="late",
        is_good_high=False,
    ),
    Figure(
        id="late_minutes",
        name=Words("超时时长", "Time overdue"),
        meaning=Words(
            "修复时已超过时限的工单，超过部分之和；还没有修复的，修复后才计。",
            "Time beyond the limit of tickets solved too late; an unsolved one counts once it is solved.",
        ),
        unit=Unit.MINUTES,
        read=counted("late_minutes"),
        behind="late_minutes",
        is_good_high=False,
    ),
    *(figure for reason, words in _REASONS.items() for figure in _late(reason, words)),
    Figure(
        id="in_time_share",
        name=Words("处理及时率", "In-time rate"),
        meaning=Words(
            "及时件数 ÷（及时件数 + 超时件数）。时限未到、已撤回的不在分母里。超时不论原因都算。",
            "In time ÷ (in time + overdue). Tickets not yet due or withdrawn are left out; "
            "overdue ones count "
            "whatever the reason.",
        ),
        unit=Unit.SHARE,
        read=ratio_of(("in_time",), ("in_time", "late")),
        behind="late",
        is_good_high=True,
    ),
    Figure(
        id="fault_rate",
        name=Words("故障申告率", "Fault rate"),
        meaning=Words(
            "申告件数 ÷ 在网线数 × 1000，单位件/千线·月：几个月的，用各月件数之和除以各月线数之和。"
            "只对整月计算；没有登记线数的经营部和月份，线数和件数都不计入。",
            "Tickets ÷ lines in service × 1000, per thousand lines and month; of several months "
            "their sums. Only "
            "for whole months; a branch's month without lines is left out with its tickets.",
        ),
        unit=Unit.PER_THOUSAND,
        read=ratio("rated", "line_months", scale=1000),
        behind="tickets",
        is_good_high=False,
    ),
    Figure(
        id="arranged",
        name=Words("预约件数", "Arranged"),
        meaning=Words(
            "曾和客户约定推后处理的工单，不论后来是否超时；它不是超时件数的一部分。",
            "Tickets for which a later time was arranged, overdue later or not; no part of the overdue ones.",
        ),
        unit=Unit.COUNT,
        read=counted("arranged"),
        behind="arranged",
    ),
    Figure(
        id="paused_minutes",
        name=Words("预约时长", "Time arranged"),
        meaning=Words(
            "已结束的预约使时限停走的时间之和，与处理历时、超时时长都不重叠。",
            "Time for which arranged times that are over stopped the limit; neither handling "
            "time nor overdue.",
        ),
        unit=Unit.MINUTES,
        read=counted("paused_minutes"),
        behind="arranged",
    ),
    Figure(
        id="urged",
        name=Words("催修件数", "Urged"),
        meaning=Words("客户至少催过一次的工单。", "Tickets that the caller asked about again."),
        unit=Unit.COUNT,
        read=counted("urged"),
        behind="urged",
        is_good_high=False,
    ),
    Figure(
        id="reopened",
        name=Words("重复申告件数", "Reopened"),
        meaning=Words(
            "归档后在该种类的天数内重开过的工单。",
            "Tickets that were reopened within the days of their kind.",
        ),
        unit=Unit.COUNT,
        read=counted("reopened"),
        behind="reopened",
        is_good_high=False,
    ),
)
