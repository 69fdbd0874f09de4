"""`/directory/weekly`: what was added, removed and changed in a week, or since a moment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.context import Console, Here
from console.directory_upkeep import wording
from console.directory_upkeep.admission import Seeker
from console.directory_upkeep.schemas import Span, read_span
from console.figures.exports import CSV_TYPE, XLSX_TYPE
from console.language import language_of
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.times import local_time
from console.words import N_
from desks.directory.change_lists import ChangeList, Listed, list_changes
from desks.directory.files import write_csv, write_xlsx
from desks.directory.history import Kind
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now

router = APIRouter()

MOST_SHOWN: Final = 1000  # of a kind on the page; the files have all
HEAD: Final = (
    *(N_("增删改"), N_("编号"), N_("名称"), N_("号码"), N_("区域"), N_("类别"), N_("地址")),
    *(N_("改动"), N_("时间")),
)


@router.get("/directory/weekly")
def weekly_page(request: Request, console: Here, visitor: Seeker) -> Response:
    """The list as a page that prints well."""
    span = read_span(request.query_params, console.zone)
    return console.pages.page(
        request,
        "directory_upkeep/weekly.html",
        visitor,
        span=span,
        listed=_list(console, span),
        most=MOST_SHOWN,
        made_at=now(),
        wording=wording,
    )


@router.get("/directory/weekly.csv")
def weekly_csv(request: Request, console: Here, visitor: Seeker) -> Response:
    """All of it as one table."""
    span = read_span(request.query_params, console.zone)
    head, rows = _table(request, console, _list(console, span))
    _note(console, visitor, span, "csv")
    return _download(b"".join(write_csv(head, rows)), CSV_TYPE, span, "csv")


@router.get("/directory/weekly.xlsx")
def weekly_xlsx(request: Request, console: Here, visitor: Seeker) -> Response:
    """The same as a workbook."""
    span = read_span(request.query_params, console.zone)
    head, rows = _table(request, console, _list(console, span))
    _note(console, visitor, span, "xlsx")
    title = console.pages.translate(language_of(request), N_("增删改"))
    return _download(write_xlsx([(title, head, rows)]), XLSX_TYPE, span, "xlsx")


def _list(console: Console, span: Span) -> ChangeList:
    with console.ledger.reading() as session:
        return list_changes(session, span.since, span.until, district=span.district, kind=span.kind)


def _table(request: Request, console: Console, listed: ChangeList) -> tuple[list[str], Iterator[list[str]]]:
    """The head in the reader's language, and a row an entry."""
    translate = partial(console.pages.translate, language_of(request))

    def cells(kind: Kind, one: Listed) -> list[str]:
        document = one.document
        changed = "; ".join(
            f"{translate(wording.FIELDS[each.field])}: {wording.value_text(each.field, each.before)}"
            f" → {wording.value_text(each.field, each.after)}"
            for each in (one.differences if kind is Kind.CHANGED else ())
        )
        return [
            translate(wording.KINDS[kind]),
            str(one.entry_id),
            document["name"],
            wording.numbers_text(document["numbers"]),
            *(document["district"], document["kind"], document["address"]),
            changed,
            local_time(one.at, console.zone),
        ]

    rows = (cells(kind, one) for kind, found in listed.of_kind.items() for one in found)
    return [translate(heading) for heading in HEAD], rows


def _note(console: Console, visitor: Visitor, span: Span, kind: str) -> None:
    with console.ledger.transaction() as session:
        details = {"directory": span.query(), "as": kind}
        write(session, Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, details=details))


def _download(body: bytes, media_type: str, span: Span, ending: str) -> Response:
    name = f"directory-changes-{span.monday}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
