"""Every figure of the desks' own work, defined once. docs/business-figures.md is made from it."""

from __future__ import annotations

from typing import Final

from desks.figures.enquiry_figures import CALL_BACK_FIGURES, ENQUIRY_FIGURES
from desks.figures.figure import Figure, Unit
from desks.figures.ticket_figures import TICKET_FIGURES
from desks.figures.words import Words

FIGURES: Final[dict[str, Figure]] = {
    figure.id: figure for figure in (*TICKET_FIGURES, *ENQUIRY_FIGURES, *CALL_BACK_FIGURES)
}
# Read off two counts, not off one row of counts (`desks.figures.changes`).
COMPARISONS: Final[dict[str, tuple[Words, Words, Unit]]] = {
    "share": (
        Words("占比", "Share"),
        Words(
            "这一行的件数 ÷ 同一时段、同一范围的全部件数。各行之和等于全部。",
            "Items of the line ÷ all items of the same period and scope. The lines add up to all.",
        ),
        Unit.SHARE,
    ),
    "since_before": (
        Words("环比", "Against the period before"),
        Words(
            "（本期件数 − 上期件数）÷ 上期件数。整月和上月、整年和上年、几个整月和之前同样多的整月相比，"
            "其余和之前同样多的天相比。上期为 0 时没有比例，只写增加了几件。",
            "(Items now − items before) ÷ items before. Whole months are compared with as many "
            "months before, "
            "other periods with as many days. Where there were none before there is no share, "
            "only a difference.",
        ),
        Unit.SHARE,
    ),
    "since_year": (
        Words("同比", "Against the year before"),
        Words(
            "（本期件数 − 上年同期件数）÷ 上年同期件数。上年同期为 0 时没有比例，只写增加了几件。",
            "(Items now − items of the same days a year before) ÷ the latter. "
            "Where there were none there is no share, only a difference.",
        ),
        Unit.SHARE,
    ),
}
