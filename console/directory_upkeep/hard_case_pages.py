"""`/directory/hard-cases`: what nobody found, and the booklet 学无止境 with the answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.context import Console, Here
from console.directory import service
from console.directory_upkeep import booklets, wording
from console.directory_upkeep.admission import EditorsForm, Seeker, SeekersForm
from console.directory_upkeep.schemas import check_version, problem_words
from console.errors import BadInput
from console.language import language_of
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId, checked, checked_month, whole_number
from console.words import N_
from desks.directory import entries, hard_cases
from desks.directory.checking import Fault
from desks.directory.hard_cases import CaseOrder, CaseState, NothingAsked
from ledger.clock import now
from ledger.errors import Conflict, HotlineError

router = APIRouter()

PAGE_LENGTH = 50
MOST_HITS = 6  # entries that may be the answer
LONGEST_WORDS, LONGEST_ANSWER = hard_cases.LONGEST_ASKED, 1000  # characters
ASKED = N_("请填写来电者要查的是什么，最多 120 个字。")


@router.get("/directory/hard-cases")
def list_page(
    request: Request,
    console: Here,
    visitor: Seeker,
    *,
    words: Annotated[str, Query(alias="q")] = "",
    order: CaseOrder = CaseOrder.OFTEN,
    state: CaseState = CaseState.OPEN,
    skip: Annotated[int, Query(ge=0, le=HIGHEST_ID)] = 0,
) -> Response:
    """What waits for an answer, the most asked first; or what fits the words."""
    wanted = checked("q", words, LONGEST_WORDS)
    with console.ledger.reading() as session:
        if wanted:
            found = hard_cases.search(session, wanted)
        else:
            found = hard_cases.list_of(session, state, order, skip=skip, limit=PAGE_LENGTH + 1)
    return console.pages.page(
        request,
        "directory_upkeep/hard_cases.html",
        visitor,
        cases=found if wanted else found[:PAGE_LENGTH],
        further=skip + PAGE_LENGTH if not wanted and len(found) > PAGE_LENGTH else None,
        order=order,
        state=state,
        typed=wanted,
        month=now().astimezone(console.zone).date(),
        may_edit=has(visitor, Right.DIRECTORY),
        wording=wording,
    )


@router.post("/directory/hard-cases")
def keep(
    request: Request,
    console: Here,
    visitor: SeekersForm,
    *,
    asked: Annotated[str, Form()] = "",
    call: Annotated[str, Form(pattern="^[A-Za-z0-9-]{0,40}$")] = "",
) -> Response:
    """Keep what was asked and not found; from the operator's page a line says so."""
    words = checked("asked", asked, LONGEST_WORDS, is_needed=True, words=ASKED)
    with console.ledger.transaction() as session:
        call_id = booklets.call_of(session, user_of(visitor), call)
        kept = hard_cases.keep(session, user_of(visitor), words, call_id)
    if is_fragment_wanted(request):
        return console.pages.page(request, "directory_upkeep/_kept.html", visitor, case=kept)
    return RedirectResponse("/directory/hard-cases", status_code=303)


@router.get("/directory/hard-cases/booklet")
def booklet_page(request: Request, console: Here, visitor: Seeker, month: str = "") -> Response:
    """A month's hard cases and new names, as a page that prints well."""
    first = _month(month, now().astimezone(console.zone).date())
    with console.ledger.reading() as session:
        booklet = booklets.open_booklet(session, first, console.zone)
    return console.pages.page(
        request, "directory_upkeep/booklet.html", visitor, booklet=booklet, is_file=False, wording=wording
    )


@router.get("/directory/hard-cases/booklet.html")
def booklet_file(request: Request, console: Here, visitor: Seeker, month: str = "") -> Response:
    """The same as a file of its own, which needs nothing of ours to be read and printed."""
    first = _month(month, now().astimezone(console.zone).date())
    with console.ledger.reading() as session:
        booklet = booklets.open_booklet(session, first, console.zone)
    language = language_of(request)
    body = console.pages.render(
        language,
        "directory_upkeep/booklet_file.html",
        booklet=booklet,
        is_file=True,
        language=language,
        visitor=visitor,
        wording=wording,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="booklet-{first:%Y-%m}.html"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/directory/hard-cases/{case_id}")
def case_page(
    request: Request,
    console: Here,
    visitor: Seeker,
    case_id: RowId,
    *,
    find: Annotated[str, Query(max_length=LONGEST_WORDS)] = "",
) -> Response:
    """One case: how often it was asked, and its answer; `find`: entries that may be it, by other words."""
    return _case(request, console, visitor, case_id, find=find)


@router.post("/directory/hard-cases/{case_id}/answer")
def answer(
    request: Request,
    console: Here,
    visitor: EditorsForm,
    case_id: RowId,
    *,
    note: Annotated[str, Form()] = "",
    entry: Annotated[str, Form()] = "",
    version: Annotated[int, Form(ge=0, le=HIGHEST_ID)] = 0,
) -> Response:
    """Say what it is, by an entry, a note or both; a refusal shows the form as it was filled in."""
    try:
        words = checked("note", note, LONGEST_ANSWER)
        with console.ledger.transaction() as session:
            case = hard_cases.get(session, case_id)
            check_version(version, case.version, f"hard case {case_id}")
            hard_cases.answer(session, user_of(visitor), case, words, _entry_id(session, entry))
    except (BadInput, NothingAsked, Conflict) as error:
        return _case(request, console, visitor, case_id, typed=(note, entry), problem=error)
    return RedirectResponse(f"/directory/hard-cases/{case_id}", status_code=303)


@router.post("/directory/hard-cases/{case_id}/drop")
def drop(request: Request, console: Here, visitor: EditorsForm, case_id: RowId) -> Response:
    """It is of no use to anybody; htmx takes it off the list."""
    with console.ledger.transaction() as session:
        hard_cases.drop(session, user_of(visitor), hard_cases.get(session, case_id))
    if is_fragment_wanted(request):
        return Response()
    return RedirectResponse("/directory/hard-cases", status_code=303)


def _case(
    request: Request,
    console: Console,
    visitor: Visitor,
    case_id: int,
    *,
    typed: tuple[str, str] | None = None,
    problem: HotlineError | None = None,
    find: str = "",
) -> Response:
    """`typed`: the note and the entry's number; None: those of the case."""
    with console.ledger.reading() as session:
        case = hard_cases.get(session, case_id)
        looked_for = find or case.asked
        found = service.search(session, console.directory, looked_for, limit=MOST_HITS, everything=False)
        askings = booklets.askings_for(session, user_of(visitor), case_id)
        entry = booklets.entry_of(session, case)
    note, entry_id = typed or (case.answer, case.entry_id or "")
    return console.pages.page(
        request,
        "directory_upkeep/hard_case.html",
        visitor,
        status=problem.http_status if problem else 200,
        case=case,
        askings=askings,
        entry=entry,
        note=note,
        entry_id=entry_id,
        looked_for=looked_for,
        hits=[hit.entry for hit in found.hits],
        problem=problem_words(problem) if problem else None,
        may_edit=has(visitor, Right.DIRECTORY),
        wording=wording,
    )


def _entry_id(session: Session, text: str) -> int | None:
    told = text.strip()
    if not told:
        return None
    entry_id = whole_number(told)
    if entry_id is None:
        raise BadInput(
            f"entry must be the number of an entry, got {told[:20]!r}", wording.FAULTS[Fault.BAD_ID]
        )
    if not entries.get_many(session, [entry_id]):
        raise BadInput(f"there is no directory entry {told}", wording.FAULTS[Fault.NO_ENTRY])
    return entry_id


def _month(text: str, today: date) -> date:
    return checked_month(text) if text else today.replace(day=1)
