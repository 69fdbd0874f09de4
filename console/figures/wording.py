"""How figures and their changes are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from console.figures.definitions import FIGURES, Figure, Unit
from console.figures.schemas import Step
from console.times import clock
from console.words import N_
from ledger.statistics.counting import Dim, Selection
from ledger.statistics.tally import Tally

NONE = "–"
GROUPS = {Dim.DESK: N_("服务台"), Dim.TEAM: N_("班组"), Dim.OPERATOR: N_("话务员")}
NOBODY = {
    Dim.DESK: N_("没有进入服务台"),
    Dim.TEAM: N_("没有班组"),
    Dim.OPERATOR: N_("没有话务员"),
}
PERIODS = (N_("今天"), N_("昨天"), N_("本周"), N_("上周"), N_("本月"), N_("上月"))
STEPS = {Step.DAY: N_("按日"), Step.WEEK: N_("按周"), Step.MONTH: N_("按月")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How a figure differs from the period before."""

    text: str
    is_good: bool | None  # None: neither, or the same


def month(day: date) -> str:
    """The month of a day, as addresses and headings have it."""
    return f"{day:%Y-%m}"


def tell(unit: Unit, value: float | None) -> str:
    """A value as people read it."""
    if value is None:
        return NONE
    match unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.SECONDS:
            return f"{value:.1f} s" if value < 100 else clock(value)
        case Unit.SHARE:
            return f"{value * 100:.1f}%"
        case Unit.SCORE:
            return f"{value:.1f}"
        case Unit.MARK:
            return f"{value:.2f}"


def value_of(key: str, tally: Tally, wanted: Selection, dim: Dim | None = None) -> float | None:
    """A figure of a tally; None also where it cannot be told of a team or an operator."""
    figure = FIGURES[key]
    is_of_people = wanted.is_of_people or dim in {Dim.TEAM, Dim.OPERATOR}
    return None if figure.is_of_queues and is_of_people else figure.read(tally)


def change_of(figure: Figure, value: float | None, before: float | None) -> Change | None:
    """Counts in per cent of what was before, all others as a difference; None where one is missing."""
    if value is None or before is None or (figure.unit is Unit.COUNT and not before):
        return None
    difference = value - before
    if figure.unit is Unit.COUNT:
        text = f"{difference / before * 100:+.1f}%"
    elif figure.unit is Unit.SHARE:
        text = f"{difference * 100:+.1f} pp"
    else:
        text = f"{difference:+.1f}" + (" s" if figure.unit is Unit.SECONDS else "")
    rises = difference > 0
    is_told = figure.is_good_high is not None and abs(difference) > 1e-9
    return Change(text=text.replace("-", "−"), is_good=(rises is figure.is_good_high) if is_told else None)
