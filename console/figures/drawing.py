"""The charts of a page of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from markupsafe import Markup

from console.charts import Point, bars, lines, stacked, whiskers
from console.charts.whiskers import Estimated
from console.figures.definitions import FIGURES, STANDARD_TITLES, Unit
from console.figures.links import Links
from console.figures.schemas import Piece, SampleView
from console.figures.tables import Maker
from console.figures.wording import tell, value_of
from console.words import N_


def charts_of(maker: Maker, links: Links) -> Mapping[str, Markup]:
    """By name."""
    view = maker.view
    drawn = {
        "volume": _stacked(maker, links, view.pieces, N_("来电走势")),
        "hours": _stacked(maker, links, view.hours, N_("一天的各小时")),
        "level": _line(maker, "service_level" if not view.wanted.is_of_people else "in_time_share", top=1.0),
        "waits": _waits(maker),
        "score": _line(maker, "mean_score", top=100.0),
        "losses": _losses(maker),
        "marks": _marks(maker, links),
        "survey": _line(maker, "mean_mark", top=None),
    }
    return drawn | {f"sample-{one.draw.id}": _sample(maker, one) for one in view.samples}


def _stacked(maker: Maker, links: Links, pieces: Sequence[Piece], title: str) -> Markup:
    """Calls by what became of them; the parts are calls that do not overlap."""
    parts = ("served", "abandoned", "refused", "failed")
    names = {"served": N_("已服务"), **{key: FIGURES[key].title for key in parts[1:]}}
    series = [
        (
            maker._(names[part]),
            [
                Point(
                    label=piece.label,
                    value=piece.tally[part],
                    tip=f"{piece.label} {maker._(names[part])}: {piece.tally[part]:,}",
                    link=links.behind(part, hour=piece.hour, period=piece.period),
                )
                for piece in pieces
            ],
        )
        for part in parts
    ]
    return stacked(maker._(title), series, partial(tell, Unit.COUNT))


def _line(maker: Maker, key: str, top: float | None) -> Markup:
    figure, view = FIGURES[key], maker.view
    points = [
        Point(label=piece.label, value=value_of(key, piece.tally, view.wanted)) for piece in view.pieces
    ]
    return lines(maker._(figure.title), [(maker._(figure.title), points)], partial(tell, figure.unit), top)


def _waits(maker: Maker) -> Markup:
    series = [
        (
            maker._(FIGURES[key].title),
            [Point(label=one.label, value=FIGURES[key].read(one.tally)) for one in maker.view.pieces],
        )
        for key in ("mean_wait", "wait_p90")
    ]
    return lines(maker._(N_("等候走势")), series, partial(tell, Unit.SECONDS))


def _losses(maker: Maker) -> Markup:
    points = [
        Point(label=maker._(title), value=maker.view.total.mean_loss(standard))
        for standard, title in STANDARD_TITLES.items()
    ]
    return bars(maker._(N_("各标准平均扣分")), points, partial(tell, Unit.SCORE))


def _marks(maker: Maker, links: Links) -> Markup:
    points = [
        Point(label=key, value=count, link=links.behind(f"mark_{key}"))
        for key, count in maker.view.total.marks.items()
    ]
    return bars(maker._(N_("满意度评分")), points, partial(tell, Unit.COUNT))


def _sample(maker: Maker, sample: SampleView) -> Markup:
    rows = [
        Estimated(
            label=line.name or maker._(N_("全部")),
            value=line.in_order.value,
            low=line.in_order.low,
            high=line.in_order.high,
        )
        for line in sample.lines
    ]
    return whiskers(maker._(N_("符合规范的电话")), rows, partial(tell, Unit.SHARE), 1.0)
