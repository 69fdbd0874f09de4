"""Bars, plain and stacked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from console.charts.canvas import BOTTOM, HEIGHT, Canvas, Point, Tell, described, element, nice_top

GAP = 0.18  # of a place, left empty


def bars(title: str, points: Sequence[Point], tell: Tell) -> Markup:
    """A bar for each point; a gap where there is no value."""
    return stacked(title, [("", points)], tell)


def stacked(title: str, series: Sequence[tuple[str, Sequence[Point]]], tell: Tell) -> Markup:
    """Series upon each other, the first at the bottom; all of equal length. Each has a pattern of its own."""
    first = series[0][1]
    sums = [sum(points[place].value or 0.0 for _, points in series) for place in range(len(first))]
    told = "; ".join(f"{name} {described(points, tell)}".strip() for name, points in series)
    canvas = Canvas(title=title, description=told, top=nice_top(sums), places=len(first), tell=tell)
    canvas.grid()
    for place in range(len(first)):
        _stack(canvas, place, [points[place] for _, points in series])
    canvas.labels([point.label for point in first])
    return canvas.draw()


def _stack(canvas: Canvas, place: int, points: Sequence[Point]) -> None:
    foot = 0.0
    for number, point in enumerate(points):
        if point.value:
            height = canvas.y(foot) - canvas.y(foot + point.value)
            bar = element(
                "rect",
                element("title", escape(point.tip or f"{point.label}: {canvas.tell(point.value)}")),
                cls=f"chart-bar series-{number}",
                x=canvas.x(place + GAP / 2),
                y=canvas.y(foot + point.value),
                width=canvas.step * (1 - GAP),
                height=min(max(height, 1.0), HEIGHT - BOTTOM),
            )
            canvas.parts.append(element("a", bar, href=point.link) if point.link else bar)
            foot += point.value
