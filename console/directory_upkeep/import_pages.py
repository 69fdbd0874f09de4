"""`/directory/imports`: files are shown before they are applied. `/directory/export.*`: the same as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from starlette.datastructures import UploadFile

from console.context import Console, Here
from console.directory_upkeep import wording
from console.directory_upkeep.admission import Editor, EditorsForm
from console.directory_upkeep.entry_forms import read_why
from console.directory_upkeep.schemas import problem_words
from console.errors import BadInput
from console.figures.exports import CSV_TYPE, XLSX_TYPE
from console.language import Language, language_of
from console.rendering import Visitor
from console.signin.visitors import check_form, user_of
from console.texts import HIGHEST_ID, RowId
from console.words import N_
from desks.directory import asking, exporting, imports, works
from desks.directory.cells import BadCell
from desks.directory.files import DELIMITERS, BadFile
from desks.directory.import_records import Import, ImportState, LineKind, Mode
from desks.directory.imports import ImportWish
from desks.directory.work_records import Work
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import HotlineError

router = APIRouter()

PAGE_LENGTH: Final = 100
A_FILE: Final = N_("请选择一个 CSV 或 XLSX 文件。")
DELIMITER_OF: Final = {name: sign for sign, name in DELIMITERS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was sent with a file."""

    fields: dict[str, str]
    data: bytes
    title: str  # the file's name


@router.get("/directory/imports")
def list_page(request: Request, console: Here, visitor: Editor) -> Response:
    """Every import, and the form to upload a file."""
    return _list(request, console, visitor)


@router.post("/directory/imports")
async def upload(request: Request, console: Here, visitor: Editor) -> Response:
    """Show what a file would do. Its body is read once it is known who sends it."""
    async with request.form(max_files=1, max_fields=10) as form:
        check_form(visitor.secret, str(form.get("csrf", "")))
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        given = Given(fields=fields, data=b"", title="")
        if isinstance(file, UploadFile):
            given = Given(fields=fields, data=await file.read(), title=(file.filename or "")[:200])
    return await run_in_threadpool(_show, request, console, visitor, given)


@router.get("/directory/imports/{import_id}")
def import_page(
    request: Request,
    console: Here,
    visitor: Editor,
    import_id: RowId,
    *,
    kind: Annotated[LineKind | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=HIGHEST_ID)] = 0,
) -> Response:
    """What it would do or did, line by line: first what needs somebody's eyes."""
    with console.ledger.reading() as session:
        found = imports.get(session, import_id)
        counts = imports.count_lines(session, import_id)
        applied = imports.count_applied(session, import_id)
        acceptable = imports.count_acceptable(session, import_id)
        work = works.of_import(session, import_id)
        waits = work is not None and works.waits_for_others(session, work)
        order = (LineKind.BAD, LineKind.CONFLICT, LineKind.REMOVED, LineKind.CHANGED, LineKind.ADDED)
        shown = kind or next((each for each in order if counts[each]), LineKind.ADDED)
        lines = imports.lines_of(session, import_id, [shown], after=after, limit=PAGE_LENGTH)
    return console.pages.page(
        request,
        "directory_upkeep/import.html",
        visitor,
        found=found,
        counts=counts,
        kind=shown,
        lines=lines,
        further=lines[-1].id if len(lines) == PAGE_LENGTH else None,
        applied=applied,
        acceptable=acceptable,
        work=work,
        waits=waits,
        can_apply=_can_apply(found, work),
        wording=wording,
    )


@router.post("/directory/imports/{import_id}/accept")
def accept(
    console: Here,
    visitor: EditorsForm,
    import_id: RowId,
    *,
    line: Annotated[int, Form(ge=0, le=HIGHEST_ID)],
    accepted: Annotated[bool, Form()],
) -> Response:
    """Have a conflict applied all the same, or not; line 0: all that can be."""
    with console.ledger.transaction() as session:
        imports.accept(session, user_of(visitor), import_id, [line] if line else None, accepted=accepted)
    return RedirectResponse(f"/directory/imports/{import_id}?kind=conflict#line-{line}", status_code=303)


@router.post("/directory/imports/{import_id}/apply")
def apply(console: Here, visitor: EditorsForm, import_id: RowId) -> Response:
    """Apply what was shown: a long one beside, while its page tells how far it is."""
    applied = asking.apply_or_ask(console.settings, console.ledger, user_of(visitor), import_id)
    what = "?kind=conflict" if applied and applied.meanwhile else ""
    return RedirectResponse(f"/directory/imports/{import_id}{what}", status_code=303)


@router.post("/directory/imports/{import_id}/discard")
def discard(console: Here, visitor: EditorsForm, import_id: RowId) -> Response:
    """Have it never be applied."""
    with console.ledger.transaction() as session:
        imports.discard(session, user_of(visitor), import_id)
    return RedirectResponse("/directory/imports", status_code=303)


@router.get("/directory/export.csv")
def export_csv(request: Request, console: Here, visitor: Editor) -> Response:
    """Every listed entry; an import of the file changes nothing."""
    _note_export(console, visitor, "csv")
    in_english = language_of(request) is Language.EN

    def pieces() -> Iterator[bytes]:
        with console.ledger.reading() as session:
            yield from exporting.as_csv(session, console.zone, in_english=in_english)

    return StreamingResponse(pieces(), media_type=CSV_TYPE, headers=_download(console, "csv"))


@router.get("/directory/export.xlsx")
def export_xlsx(request: Request, console: Here, visitor: Editor) -> Response:
    """The same as a workbook."""
    _note_export(console, visitor, "xlsx")
    in_english = language_of(request) is Language.EN
    with console.ledger.reading() as session:
        written = exporting.as_xlsx(session, console.zone, in_english=in_english)
    return Response(written, media_type=XLSX_TYPE, headers=_download(console, "xlsx"))


def _read_wish(visitor: Visitor, given: Given) -> ImportWish:
    """What is wanted of the file. Raises BadInput."""
    if not given.data:
        raise BadInput("file: there is none, or it is empty", A_FILE)
    mode = given.fields.get("mode", "")
    if mode not in set(Mode):
        raise BadInput(f"mode must be one of {', '.join(Mode)}, got {mode[:20]!r}")
    why = read_why(given.fields.get("why", ""))
    return ImportWish(user=user_of(visitor), title=given.title, why=why, mode=Mode(mode))


def _can_apply(found: Import, work: Work | None) -> bool:
    """Whether the page offers it: not while it is being done."""
    is_open = found.state in {ImportState.SHOWN, ImportState.APPLYING}
    return is_open and not (work and work.is_active)


def _show(request: Request, console: Console, visitor: Visitor, given: Given) -> Response:
    try:
        wish = _read_wish(visitor, given)
        delimiter = DELIMITER_OF.get(given.fields.get("delimiter", ""), "")
        made = asking.show_or_ask(
            console.settings, console.ledger, wish, given.data, delimiter=delimiter, zone=console.zone
        )
    except (BadInput, BadFile, BadCell) as error:
        return _list(request, console, visitor, fields=given.fields, problem=error)
    return RedirectResponse(f"/directory/imports/{made}", status_code=303)


def _list(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    fields: dict[str, str] | None = None,
    problem: HotlineError | None = None,
) -> Response:
    with console.ledger.reading() as session:
        found = imports.list_all(session)
        active = works.active_imports(session)
    return console.pages.page(
        request,
        "directory_upkeep/imports.html",
        visitor,
        status=problem.http_status if problem else 200,
        imports=found,
        active=active,
        fields={"mode": "", "delimiter": "", "why": "", **(fields or {})},
        delimiters=list(DELIMITERS.values()),
        problem=problem_words(problem) if problem else None,
        said=str(problem) if isinstance(problem, BadFile | BadCell) else "",
        wording=wording,
    )


def _note_export(console: Console, visitor: Visitor, kind: str) -> None:
    with console.ledger.transaction() as session:
        details = {"directory": "all", "as": kind}
        write(session, Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, details=details))


def _download(console: Console, ending: str) -> dict[str, str]:
    name = f"directory-{now().astimezone(console.zone):%Y%m%d-%H%M}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
