"""Lines with gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from console.charts.canvas import Canvas, Point, Tell, described, element, nice_top

DOT = 2.6
MOST_DOTS = 62  # places; more would be one stripe


def lines(
    title: str, series: Sequence[tuple[str, Sequence[Point]]], tell: Tell, top: float | None = None
) -> Markup:
    """A line for each series, of equal length; each has dots of its own shape and a dash of its own."""
    values = [point.value for _, points in series for point in points if point.value is not None]
    first = series[0][1]
    told = "; ".join(f"{name} {described(points, tell)}".strip() for name, points in series)
    canvas = Canvas(title=title, description=told, top=top or nice_top(values), places=len(first), tell=tell)
    canvas.grid()
    for number, (_, points) in enumerate(series):
        _line(canvas, number, points)
    canvas.labels([point.label for point in first])
    return canvas.draw()


def _line(canvas: Canvas, number: int, points: Sequence[Point]) -> None:
    for stretch in _stretches(points):
        path = " ".join(f"{canvas.x(place + 0.5):.2f},{canvas.y(value):.2f}" for place, value in stretch)
        canvas.add("polyline", cls=f"chart-line series-{number}", points=path)
    if len(points) > MOST_DOTS:
        return
    for place, point in enumerate(points):
        if point.value is not None:
            tip = element("title", escape(point.tip or f"{point.label}: {canvas.tell(point.value)}"))
            dot = _dot(number, canvas.x(place + 0.5), canvas.y(point.value), tip)
            canvas.parts.append(element("a", dot, href=point.link) if point.link else dot)


def _dot(number: int, x: float, y: float, tip: Markup) -> Markup:
    """A circle, a square, a diamond, by turns."""
    cls = f"chart-dot series-{number}"
    if number % 3 == 0:
        return element("circle", tip, cls=cls, cx=x, cy=y, r=DOT)
    turned = {"transform": f"rotate(45 {x:.2f} {y:.2f})"} if number % 3 == 2 else {}
    return element("rect", tip, cls=cls, x=x - DOT, y=y - DOT, width=2 * DOT, height=2 * DOT, **turned)


def _stretches(points: Sequence[Point]) -> Iterator[list[tuple[int, float]]]:
    """Neighbours with values; a point alone is a dot without a line."""
    stretch: list[tuple[int, float]] = []
    for place, point in enumerate(points):
        if point.value is None:
            if len(stretch) > 1:
                yield stretch
            stretch = []
        else:
            stretch.append((place, point.value))
    if len(stretch) > 1:
        yield stretch
