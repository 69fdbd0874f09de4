"""`/figures`, the calls behind its numbers, its exports, and the monthly report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.context import Console, Here
from console.errors import BadInput
from console.figures import drawing, exports, repository, service, wording
from console.figures.definitions import COLUMNS, FIGURES, RULE_MEANINGS, STANDARD_TITLES, TILES
from console.figures.drilling import PAGE_LENGTH, open_behind, read_behind, read_page
from console.figures.links import Links
from console.figures.schemas import FiguresView, Report, Wish, read_month, read_wish
from console.figures.tables import TITLES, Maker
from console.figures.typical import typical_of
from console.language import language_of
from console.rendering import Visitor
from console.rights import Right, has, require
from console.rules import rule_title
from console.samples import wording as samples_wording
from console.signin.visitors import AnyoneSignedIn, user_of
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.statistics.days import ONE_DAY, Period, monday_of, month_of

router = APIRouter()


@router.get("/figures")
def figures_page(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """The overview, or a desk, a team, an operator."""
    require(visitor, Right.FIGURES)
    wish = read_wish(request.query_params, _today(console))
    view, teams = _open(console, visitor, wish)
    user = user_of(visitor)
    return console.pages.page(
        request,
        "figures/page.html",
        visitor,
        **_values(console, visitor, request, view),
        periods=_periods(wish, _today(console), console),
        teams=[team for team in teams if not user.teams or team in user.teams],
        desks=[desk for desk in console.switchboard.desks if not user.desks or desk.id in user.desks],
    )


@router.get("/figures/report")
def report_page(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """A month as a page that prints well."""
    require(visitor, Right.FIGURES)
    period = read_month(request.query_params, _today(console), console.zone)
    wish = read_wish(
        {**request.query_params, "day_from": str(period.first), "day_to": str(period.last)}, period.last
    )
    view, _teams = _open(console, visitor, wish)
    with console.ledger.reading() as session:
        typical = typical_of(session, view) if has(visitor, Right.LIST) else {}
    return console.pages.page(
        request,
        "figures/report.html",
        visitor,
        **_values(console, visitor, request, view),
        month=period,
        typical=typical,
        made_at=now(),
    )


@router.get("/figures/calls")
def behind_page(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """The calls behind a number."""
    require(visitor, Right.FIGURES)
    require(visitor, Right.LIST)
    query = request.query_params
    wish, behind, number = read_wish(query, _today(console)), read_behind(query), read_page(query)
    with console.ledger.reading() as session:
        wanted = wish.selection(console.zone, user_of(visitor))
        found = open_behind(session, wanted, behind, number)
    asked = {"what": behind.what, "rule": behind.rule, "hour": "" if behind.hour is None else behind.hour}
    return console.pages.page(
        request,
        "figures/calls.html",
        visitor,
        wish=wish,
        behind=behind,
        found=found,
        title=FIGURES[behind.what].title if behind.what in FIGURES else "",
        rule_meanings=RULE_MEANINGS,
        link=lambda page: "/figures/calls?" + wish.query(**asked, page=page),
        page_length=PAGE_LENGTH,
    )


@router.get("/figures/export.xlsx")
def export_xlsx(request: Request, console: Here, visitor: AnyoneSignedIn) -> Response:
    """All tables of a page as a workbook."""
    require(visitor, Right.FIGURES)
    maker = _exported(request, console, visitor, "xlsx", [Report.SAMPLES])
    return exports.send_xlsx(maker.all(), _name(maker.view.wish))


@router.get("/figures/export.csv")
def export_csv(request: Request, console: Here, visitor: AnyoneSignedIn, table: str = "groups") -> Response:
    """One table of a page."""
    require(visitor, Right.FIGURES)
    if table not in TITLES:
        raise BadInput(f"table must be one of {', '.join(TITLES)}, got {table[:20]!r}")
    reports = [Report.SAMPLES] if table == "samples" else []
    maker = _exported(request, console, visitor, "csv", reports)
    return exports.send_csv(maker.make(table), _name(maker.view.wish))


def _exported(
    request: Request, console: Console, visitor: Visitor, kind: str, reports: Collection[Report]
) -> Maker:
    """What is exported; that it is stands in the audit log before it goes out."""
    wish = read_wish(request.query_params, _today(console))
    view, _teams = _open(console, visitor, wish, reports)
    with console.ledger.transaction() as session:
        details = {"figures": wish.query(), "as": kind}
        write(session, Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, details=details))
    return _maker(console, request, view)


def _name(wish: Wish) -> str:
    return f"figures-{wish.first}-{wish.last}"


def _open(
    console: Console, visitor: Visitor, wish: Wish, reports: Collection[Report] = tuple(Report)
) -> tuple[FiguresView, tuple[str, ...]]:
    with console.ledger.reading() as session:
        view = service.open_figures(
            session, wish, console.zone, user_of(visitor), console.switchboard, reports=reports
        )
        return view, repository.list_teams(session)


def _maker(console: Console, request: Request, view: FiguresView) -> Maker:
    language = language_of(request)
    translate = partial(console.pages.translate, language)
    return Maker(
        view=view, _=translate, rule=partial(rule_title, translations=console.pages.translations(language))
    )


def _values(console: Console, visitor: Visitor, request: Request, view: FiguresView) -> Mapping[str, Any]:
    """What the templates need."""
    links = Links(wish=view.wish, may_list=has(visitor, Right.LIST))
    maker = _maker(console, request, view)
    return {
        "view": view,
        "wish": view.wish,
        "links": links,
        "maker": maker,
        "charts": drawing.charts_of(maker, links),
        "figures": FIGURES,
        "tiles": TILES,
        "columns": COLUMNS,
        "rule_meanings": RULE_MEANINGS,
        "standard_titles": STANDARD_TITLES,
        "wording": wording,
        "samples_wording": samples_wording,
        "label_of": partial(service.label_of, switchboard=console.switchboard),
    }


def _periods(wish: Wish, today: date, console: Console) -> list[tuple[str, str, bool]]:
    """Periods at hand: their names, addresses, and whether it is this one."""
    monday, zone = monday_of(today), console.zone
    month = month_of(today, zone)
    last_month = month_of(month.first - ONE_DAY, zone)
    spans = (
        (today, today),
        (today - ONE_DAY, today - ONE_DAY),
        (monday, today),
        (monday - 7 * ONE_DAY, monday - ONE_DAY),
        (month.first, today),
        (last_month.first, last_month.last),
    )
    return [
        (
            name,
            "/figures?" + wish.of_period(Period(first=first, last=last, zone=zone)).query(),
            (first, last) == (wish.first, wish.last),
        )
        for name, (first, last) in zip(wording.PERIODS, spans, strict=True)
    ]


def _today(console: Console) -> date:
    return now().astimezone(console.zone).date()
