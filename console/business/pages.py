"""`/business`: the figures, what stands behind them, exports, the monthly analysis, the published figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.admission import holder
from console.business import drawing, service, wording
from console.business.behind import Links, open_behind, pages_of, read_behind, read_page
from console.business.schemas import BusinessView, Wish, read_month_wish, read_wish
from console.business.tables import (
    ANALYSIS_KEYS,
    BRANCH_KEYS,
    CALL_BACK_KEYS,
    PIECE_KEYS,
    SERVICE_KEYS,
    SURVEY_KEYS,
    TITLES,
    Maker,
    by_size,
    sales_lines,
)
from console.context import Console, Here
from console.errors import BadInput
from console.figures import exports
from console.figures import wording as survey_wording
from console.figures.definitions import FIGURES as SURVEY_FIGURES
from console.language import language_of
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from desks.figures import changes, periods
from desks.figures.counting import Counts, Dim
from desks.figures.definitions import COMPARISONS, FIGURES
from desks.figures.measures import MEASURES
from desks.figures.source import Verdict
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.statistics.days import ONE_DAY, Period, month_of

router = APIRouter()

Reader = Annotated[Visitor, holder(Right.BUSINESS)]


@router.get("/business")
def business_page(request: Request, console: Here, visitor: Reader) -> Response:
    """The figures of a period, of all or of a branch or service."""
    wish = read_wish(request.query_params, today_of(console))
    view = _open(console, visitor, wish)
    return console.pages.page(
        request,
        "business/page.html",
        visitor,
        **_values(console, visitor, request, view),
        presets=_presets(wish, today_of(console), console),
    )


@router.get("/business/analysis")
def analysis_page(request: Request, console: Here, visitor: Reader) -> Response:
    """A month's analysis, as a page that prints well."""
    wish, at = read_month_wish(request.query_params, today_of(console), console.zone), now()
    with console.ledger.reading() as session:
        view, complaints = service.open_analysis(session, wish, console.zone, user_of(visitor), at)
    return console.pages.page(
        request,
        "business/analysis.html",
        visitor,
        **_values(console, visitor, request, view),
        complaints=complaints,
        made_at=at,
    )


@router.get("/business/source")
def source_page(request: Request, console: Here, visitor: Reader) -> Response:
    """The published figures of the railway telecom's account beside ours."""
    with console.ledger.reading() as session:
        checked = service.check_claims(session, console.zone, user_of(visitor), now())
    return console.pages.page(
        request,
        "business/source.html",
        visitor,
        checked=checked,
        counts={verdict: sum(one.verdict is verdict for one in checked) for verdict in Verdict},
        wording=wording,
    )


@router.get("/business/behind")
def behind_page(request: Request, console: Here, visitor: Reader) -> Response:
    """The tickets, enquiries or call-backs behind a number."""
    query = request.query_params
    wish, behind, number = read_wish(query, today_of(console)), read_behind(query), read_page(query)
    with console.ledger.reading() as session:
        wanted = behind.slice(wish, console.zone, user_of(visitor))
        found = open_behind(session, behind, wanted, now(), number)
        lists = service.lists_of(session)
    return console.pages.page(
        request,
        "business/behind.html",
        visitor,
        wish=wish,
        behind=behind,
        found=found,
        lists=lists,
        number=number,
        pages=pages_of(found),
        link=lambda page: f"/business/behind?{wish.query(page=page)}&{behind.query()}",
        source=MEASURES[behind.what].source,
        figure=next((each for each in FIGURES.values() if each.behind == behind.what), None),
        may_open=has(visitor, Right.DESK),
        may_list=has(visitor, Right.LIST),
        wording=wording,
    )


@router.get("/business/export.xlsx")
def export_xlsx(request: Request, console: Here, visitor: Reader) -> Response:
    """All tables as a workbook."""
    maker = _exported(request, console, visitor, "xlsx")
    return exports.send_xlsx(maker.all(), _name(maker.view.wish))


@router.get("/business/export.csv")
def export_csv(request: Request, console: Here, visitor: Reader, table: str = "branches") -> Response:
    """One table; times are seconds."""
    if table not in TITLES:
        raise BadInput(f"table must be one of {', '.join(TITLES)}, got {table[:20]!r}")
    maker = _exported(request, console, visitor, "csv")
    return exports.send_csv(maker.make(table), _name(maker.view.wish))


def _exported(request: Request, console: Console, visitor: Visitor, kind: str) -> Maker:
    """What is exported; that it is stands in the audit log before it goes out."""
    wish = read_wish(request.query_params, today_of(console))
    view = _open(console, visitor, wish)
    with console.ledger.transaction() as session:
        details = {"business": wish.query(), "as": kind}
        write(session, Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, details=details))
    return _maker(console, request, view)


def _name(wish: Wish) -> str:
    return f"business-{wish.first}-{wish.last}"


def _open(console: Console, visitor: Visitor, wish: Wish) -> BusinessView:
    with console.ledger.reading() as session:
        return service.open_view(session, wish, console.zone, user_of(visitor), now())


def _maker(console: Console, request: Request, view: BusinessView) -> Maker:
    language = language_of(request)
    return Maker(view=view, language=language, _=partial(console.pages.translate, language))


def _values(console: Console, visitor: Visitor, request: Request, view: BusinessView) -> Mapping[str, Any]:
    """What the templates need."""
    links = Links(wish=view.wish)
    maker = _maker(console, request, view)
    may_hear = has(visitor, Right.FIGURES) and has(visitor, Right.LIST)
    services = drawing.series_of_services(maker, links)
    return {
        "view": view,
        "wish": view.wish,
        "links": links,
        "maker": maker,
        "charts": drawing.charts_of(maker, links, services),
        "series": [name for name, _ in services],
        "late_reasons": [maker._(title) for title in wording.LATE_REASONS.values()],
        "figures": FIGURES,
        "comparisons": COMPARISONS,
        "cause_of": drawing.cause_of,
        "top": changes.TOP,
        "change_of": changes.change_of,
        "total_before": view.tickets.before.total(),
        "total_year_before": view.tickets.year_before.total(),
        "by_size": by_size,
        "sales_lines": list(sales_lines(view)),
        "outcomes": by_size(view.call_backs.by(Dim.OUTCOME), "people"),
        "call_back_kinds": view.call_backs.by(Dim.KIND),
        "call_back_keys": CALL_BACK_KEYS,
        "survey_keys": SURVEY_KEYS,
        "survey_figures": SURVEY_FIGURES,
        "survey_wording": survey_wording,
        "survey_link": partial(links.survey, may_hear=may_hear),
        "may_enter": has(visitor, Right.DESK),
        "piece_keys": PIECE_KEYS,
        "branch_keys": BRANCH_KEYS,
        "analysis_keys": ANALYSIS_KEYS,
        "service_keys": SERVICE_KEYS,
        "view_after": periods.after(view.period),
        "nothing": Counts(),
        "label_of": periods.label_of,
        "wording": wording,
        "dim": Dim,
    }


def _presets(wish: Wish, today: date, console: Console) -> list[tuple[str, str, bool]]:
    """Periods at hand: their names, addresses, and whether it is this one."""
    zone = console.zone
    month = month_of(today, zone)
    last_month = month_of(month.first - ONE_DAY, zone)
    year = Period(first=today.replace(month=1, day=1), last=today, zone=zone)
    last_year = Period(first=date(today.year - 1, 1, 1), last=date(today.year - 1, 12, 31), zone=zone)
    spans = (
        Period(first=today, last=today, zone=zone),
        Period(first=month.first, last=today, zone=zone),
        last_month,
        year,
        last_year,
    )
    return [
        (
            name,
            "/business?" + wish.of_period(span).query(),
            (span.first, span.last) == (wish.first, wish.last),
        )
        for name, span in zip(wording.PRESETS, spans, strict=True)
    ]


def today_of(console: Console) -> date:
    """The day on the console's clock."""
    return now().astimezone(console.zone).date()
