"""Estimates with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from console.charts.canvas import WIDTH, Tell, element

ROW = 30.0
LEFT, RIGHT, TOP = 110.0, 26.0, 8.0
END = 5.0  # half of the bar at an interval's end
LONGEST_NAME = 12  # signs; the whole name is in the tip


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimated:
    """A value with its interval; None where there is none."""

    label: str
    value: float | None
    low: float | None
    high: float | None


def whiskers(title: str, rows: Sequence[Estimated], tell: Tell, top: float) -> Markup:
    """A dot on a line from the lower to the upper end, on a scale from 0 to `top`."""
    height = TOP * 2 + ROW * len(rows) + 16
    parts = [part for place, row in enumerate(rows) for part in _row(place, row, tell, top)]
    told = "; ".join(f"{row.label} {_told(row, tell)}" for row in rows)
    axis = [
        element(
            "text", escape(tell(top * part / 2)), cls="chart-label middle", x=_x(part / 2, 1), y=height - 6
        )
        for part in range(3)
    ]
    return element(
        "svg",
        element("title", escape(title)) + Markup("").join([*parts, *axis]),
        cls="chart",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_label=f"{title}: {told}",
    )


def _row(place: int, row: Estimated, tell: Tell, top: float) -> list[Markup]:
    y = TOP + ROW * (place + 0.5)
    short = row.label if len(row.label) <= LONGEST_NAME else row.label[: LONGEST_NAME - 1] + "…"
    parts = [
        element("text", escape(short), cls="chart-label end", x=LEFT - 8, y=y + 4),
        element("line", cls="chart-grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y),
    ]
    if row.value is None or row.low is None or row.high is None:
        return parts
    low, high = _x(row.low, top), _x(row.high, top)
    tip = element("title", escape(f"{row.label}: {_told(row, tell)}"))
    ends = [element("line", cls="chart-whisker", x1=x, x2=x, y1=y - END, y2=y + END) for x in (low, high)]
    return [
        *parts,
        element("line", cls="chart-whisker", x1=low, x2=high, y1=y, y2=y),
        *ends,
        element("circle", tip, cls="chart-dot series-0", cx=_x(row.value, top), cy=y, r=4),
    ]


def _x(value: float, top: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, value / top))


def _told(row: Estimated, tell: Tell) -> str:
    if row.value is None or row.low is None or row.high is None:
        return "–"
    return f"{tell(row.value)} ({tell(row.low)} – {tell(row.high)})"
