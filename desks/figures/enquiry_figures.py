"""Figures of sales and enquiries, and of call-backs."""

from __future__ import annotations

from typing import Final

from desks.figures.figure import Figure, Unit, counted, ratio
from desks.figures.words import Words

ENQUIRY_FIGURES: Final = (
    Figure(
        id="enquiries",
        name=Words("咨询受理件数", "Enquiries"),
        meaning=Words(
            "话务员登记的业务咨询，一条算一件，归入客户提出的时刻。",
            "Enquiries that operators entered, by the moment of asking.",
        ),
        unit=Unit.COUNT,
        read=counted("enquiries"),
        behind="enquiries",
    ),
    Figure(
        id="succeeded",
        name=Words("成功件数", "Succeeded"),
        meaning=Words("其中结果为成功的，不论哪天成功。", "Those that succeeded, whenever that was."),
        unit=Unit.COUNT,
        read=counted("succeeded"),
        behind="succeeded",
        is_good_high=True,
    ),
    Figure(
        id="success_share",
        name=Words("成功率", "Success rate"),
        meaning=Words(
            "成功件数 ÷ 咨询受理件数；还没有结果的在分母里。",
            "Succeeded ÷ enquiries; those without a result yet are in the whole.",
        ),
        unit=Unit.SHARE,
        read=ratio("succeeded", "enquiries"),
        behind="succeeded",
        is_good_high=True,
    ),
    Figure(
        id="no_cable",
        name=Words("无缆件数", "No cable"),
        meaning=Words("因为无缆而不能受理的件数。", "Enquiries refused for want of a cable."),
        unit=Unit.COUNT,
        read=counted("no_cable"),
        behind="no_cable",
        is_good_high=False,
    ),
    Figure(
        id="amount",
        name=Words("送卡金额", "Cards sold"),
        meaning=Words(
            "成功送出的卡的金额之和，单位元，归入客户提出的时刻。",
            "What the cards sold are worth, in yuan, by the moment of asking.",
        ),
        unit=Unit.YUAN,
        read=lambda counts: counts.get("amount_fen", 0) / 100,
        behind="amount_fen",
        is_good_high=True,
    ),
)
CALL_BACK_FIGURES: Final = (
    Figure(
        id="people",
        name=Words("应回访人数", "To be called back"),
        meaning=Words(
            "回访任务里的人，归入可以开始回访的时刻。同一工单再次修复后仍是一人。",
            "People of campaigns, by the moment from which they may be called; one for a ticket.",
        ),
        unit=Unit.COUNT,
        read=counted("people"),
        behind="people",
    ),
    Figure(
        id="reached_share",
        name=Words("回访成功率", "Share reached"),
        meaning=Words(
            "接通并答了至少一问的人 ÷ 应回访人数；不愿接受回访的在分母里。",
            "People who answered at least one question ÷ all to be called; those who decline are "
            "in the whole.",
        ),
        unit=Unit.SHARE,
        read=ratio("reached", "people"),
        behind="reached",
        is_good_high=True,
    ),
    Figure(
        id="reached_in_time_share",
        name=Words("限期内回访率", "Reached within the limit"),
        meaning=Words(
            "在该任务的回访期限内接通的人 ÷ 应回访人数。",
            "People reached within the campaign's limit ÷ all to be called.",
        ),
        unit=Unit.SHARE,
        read=ratio("reached_in_time", "people"),
        behind="reached_in_time",
        is_good_high=True,
    ),
    Figure(
        id="satisfied_share",
        name=Words("回访满意率", "Satisfied"),
        meaning=Words(
            "回答满意的人 ÷ 回答了满意与否的人；没有问到或没有答的不计。",
            "People who said that they are satisfied ÷ those who said whether they are.",
        ),
        unit=Unit.SHARE,
        read=ratio("satisfied", "told"),
        behind="told",
        is_good_high=True,
    ),
)
