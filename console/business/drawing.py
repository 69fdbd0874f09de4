"""The charts of a page of business figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from console.business.behind import Links
from console.business.tables import Maker, by_size
from console.business.wording import LATE_REASONS, tell
from console.charts import Point, bars, lines, stacked
from console.words import N_
from desks.figures.changes import TOP
from desks.figures.counting import Counts, Dim
from desks.figures.definitions import FIGURES
from desks.figures.figure import Unit
from desks.tickets import Nature
from ledger.statistics.days import Period

HOUR = 60  # minutes
SERIES = 3  # services that have a series of their own but the last, which is all others
Series = list[tuple[str, list[Point]]]  # each with its name
_COUNT = partial(tell, Unit.COUNT)


def charts_of(maker: Maker, links: Links, services: Series) -> Mapping[str, Markup]:
    """By name."""
    return {
        "services": stacked(maker._(N_("各业务的件数")), services, _COUNT),
        "years": _years(maker),
        "causes": _causes(maker, links),
        "level": _level(maker),
        "late": _late(maker, links),
        "rates": _by_branch(maker, links, "fault_rate"),
        "handling": _by_branch(maker, links, "mean_handling"),
        "sales": _sales(maker, links),
    }


def series_of_services(maker: Maker, links: Links) -> Series:
    """Tickets of the most frequent services, and of all others."""
    cells = maker.view.tickets.cells
    names = [name for name, _ in by_size(cells.by(Dim.SERVICE), "tickets")]
    own, others = names[: SERIES - 1], names[SERIES - 1 :]
    series = [
        (name, _points(maker, cells.where(Dim.SERVICE, name).by(Dim.PIECE), _linked(links, service=name)))
        for name in own
    ]
    rest = cells.where(Dim.SERVICE, *others).by(Dim.PIECE)
    return [*series, (maker._(N_("其余业务")), _points(maker, rest, links.page))]


def _linked(links: Links, **asked: object) -> Callable[[Period], str]:
    return lambda period: links.behind("tickets", period=period, **asked)


def _points(maker: Maker, found: Mapping[int, Counts], link: Callable[[Period], str]) -> list[Point]:
    return [
        Point(label=short(piece), value=found.get(place, Counts())["tickets"], link=link(piece))
        for place, piece in enumerate(maker.view.pieces)
    ]


def _years(maker: Maker) -> Markup:
    """Now, and the same days a year before."""
    tickets = maker.view.tickets
    now, before = tickets.cells.by(Dim.PIECE), tickets.year_before.by(Dim.PIECE)
    series = [
        (title, [_of_year(maker, place, found) for place in range(len(maker.view.pieces))])
        for title, found in ((maker._(N_("本期")), now), (maker._(N_("上年同期")), before))
    ]
    return lines(maker._(N_("和上年同期相比")), series, _COUNT)


def _of_year(maker: Maker, place: int, found: Mapping[int, Counts]) -> Point:
    """Of a piece that has not begun nothing is known: a gap, not nothing."""
    piece = maker.view.pieces[place]
    count = found.get(place, Counts())["tickets"]
    has_begun = piece.starts_at <= maker.view.at
    return Point(label=short(piece), value=count if count or has_begun else None)


def _causes(maker: Maker, links: Links) -> Markup:
    points = [
        Point(
            label=maker.cause(line.name).rpartition("·")[2],
            value=line.tickets,
            tip=f"{maker.cause(line.name)}: {line.tickets:,}",
            link=links.behind("tickets", **cause_of(line.name)),
        )
        for line in maker.view.tickets.causes[:TOP]
    ]
    title = N_("故障原因前 6 位") if maker.view.wish.nature is Nature.FAULT else N_("原因")
    return bars(maker._(title), points, _COUNT) if points else Markup()


def cause_of(name: object) -> dict[str, Any]:
    """How the address of a cause's tickets names it."""
    if name is None:
        return {"cause": "0"}
    return {"cause": name} if isinstance(name, int) else {"group": name}


def _level(maker: Maker) -> Markup:
    figure = FIGURES["in_time_share"]
    found = maker.view.tickets.cells.by(Dim.PIECE)
    points = [
        Point(label=short(piece), value=figure.read(found.get(place, Counts())))
        for place, piece in enumerate(maker.view.pieces)
    ]
    name = figure.name.of(maker.language)
    return lines(name, [(name, points)], "{:.1%}".format, 1.0)


def _late(maker: Maker, links: Links) -> Markup:
    """Overdue tickets by branch and reason."""
    found = maker.view.tickets.by_branch
    series = []
    for reason, title in LATE_REASONS.items():
        measure = f"late_{reason or 'untold'}"
        points = [
            Point(
                label=maker.branch(each).removesuffix("经营部"),
                value=found[each][measure],
                tip=f"{maker.branch(each)} {maker._(title)}: {found[each][measure]:,}",
                link=links.behind(measure, branch=each),
            )
            for each in _branches(maker)
        ]
        series.append((maker._(title), points))
    return stacked(maker._(N_("超时件数")), series, _COUNT) if found else Markup()


def _by_branch(maker: Maker, links: Links, key: str) -> Markup:
    figure, found = FIGURES[key], maker.view.tickets.by_branch
    whole = HOUR if figure.unit is Unit.MINUTES else 1  # so that the scale has full hours
    points = [
        Point(
            label=maker.branch(each).removesuffix("经营部"),
            value=None if (value := figure.read(found[each])) is None else value / whole,
            link=links.behind(figure.behind, branch=each),
        )
        for each in _branches(maker)
    ]
    name = figure.name.of(maker.language)
    return bars(name, points, lambda value: tell(figure.unit, value * whole)) if points else Markup()


def _sales(maker: Maker, links: Links) -> Markup:
    """Enquiries about installing: those that succeeded upon the others."""
    cells = maker.view.sales.cells.where(Dim.KIND, "install").by(Dim.PIECE)
    succeeded: list[Point] = []
    others: list[Point] = []
    for place, piece in enumerate(maker.view.pieces):
        counts = cells.get(place, Counts())
        link = links.behind("enquiries", period=piece, kind="install")
        succeeded.append(Point(label=short(piece), value=counts["succeeded"], link=link))
        others.append(Point(label=short(piece), value=counts["enquiries"] - counts["succeeded"], link=link))
    series = [(maker._(N_("成功")), succeeded), (maker._(N_("未成功")), others)]
    return stacked(maker._(N_("咨询装机")), series, _COUNT)


def _branches(maker: Maker) -> Sequence[int]:
    found = maker.view.tickets.by_branch
    return [each for each in maker.view.lists.branches if each in found]


def short(piece: Period) -> str:
    """A day or a month below the axis."""
    return f"{piece.first:%m-%d}" if piece.length == 1 else f"{piece.first:%Y-%m}"
