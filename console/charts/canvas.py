"""The sheet that all charts are drawn on: a scale, a grid, labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

WIDTH, HEIGHT = 400.0, 190.0  # in CSS pixels at its natural size; the page scales it
LEFT, RIGHT, TOP, BOTTOM = 46.0, 8.0, 12.0, 24.0  # margins
TICKS = 4
LETTER, SIGN, GAP = 6.2, 11.0, 8.0  # how wide a letter and a Chinese sign below the axis are; between labels
NICE = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

Tell = Callable[[float], str]
NOTHING = Markup()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One value and what it is called; None is a gap, not nothing."""

    label: str
    value: float | None
    tip: str = ""  # told by the browser where the pointer rests
    link: str = ""


@dataclass(kw_only=True, slots=True)
class Canvas:
    """Collects what is drawn. Values go from 0 to `top`; places from 0 to `places`."""

    title: str
    description: str
    top: float
    places: int
    tell: Tell
    parts: list[Markup] = field(default_factory=list)

    @property
    def step(self) -> float:
        """Pixels for each place."""
        return (WIDTH - LEFT - RIGHT) / max(1, self.places)

    def x(self, place: float) -> float:
        """Where a place begins."""
        return LEFT + place * self.step

    def y(self, value: float) -> float:
        """How high a value is."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(1.0, max(0.0, value / self.top))

    def add(self, name: str, text: str = "", **attributes: str | float) -> None:
        """One element; attributes are escaped, numbers rounded."""
        self.parts.append(element(name, escape(text), **attributes))

    def grid(self) -> None:
        """Lines with their values."""
        for number in range(TICKS + 1):
            value = self.top * number / TICKS
            self.add("line", cls="chart-grid", x1=LEFT, x2=WIDTH - RIGHT, y1=self.y(value), y2=self.y(value))
            self.add("text", self.tell(value), cls="chart-label end", x=LEFT - 5, y=self.y(value) + 4)

    def labels(self, texts: Sequence[str]) -> None:
        """What the places are called, as many as there is room for."""
        widest = max((_width(text) for text in texts), default=0.0)
        every = max(1, math.ceil((widest + GAP) / self.step))
        for place, text in enumerate(texts):
            if place % every == 0:
                self.add("text", text, cls="chart-label middle", x=self.x(place + 0.5), y=HEIGHT - 8)

    def draw(self) -> Markup:
        """The picture."""
        head = element("title", escape(self.title)) + element("desc", escape(self.description))
        return element(
            "svg",
            head + Markup("").join(self.parts),
            cls="chart",
            viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
            role="group" if any("<a " in part for part in self.parts) else "img",  # an image hides its links
            aria_label=f"{self.title}: {self.description}",
        )


def _width(text: str) -> float:
    return sum(LETTER if sign.isascii() else SIGN for sign in text)


def element(name: str, content: Markup = NOTHING, **attributes: str | float) -> Markup:
    """One element of SVG. `cls` is its class; underscores are hyphens."""
    told = (
        Markup(' {}="{}"').format("class" if key == "cls" else key.replace("_", "-"), _attribute(value))
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, NOTHING.join(told), content)


def nice_top(values: Sequence[float]) -> float:
    """A round number at or above all values, above 0; of whole numbers one whose ticks are whole too."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return float(TICKS) if values else 1.0
    if all(value == int(value) for value in values):
        return TICKS * _nice(math.ceil(highest / TICKS))
    return _nice(highest)


def _nice(value: float) -> float:
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * nice for nice in NICE if size * nice >= value - 1e-12)


def described(points: Sequence[Point], tell: Tell) -> str:
    """From where to where, the lowest and the highest: what a picture tells at a glance."""
    known = [point for point in points if point.value is not None]
    if not known:
        return "–"
    low, high = min(known, key=_value), max(known, key=_value)
    ends = f"{points[0].label} – {points[-1].label}"
    return f"{ends}; {low.label} {tell(_value(low))} … {high.label} {tell(_value(high))}"


def _value(point: Point) -> float:
    return point.value or 0.0


def _attribute(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
