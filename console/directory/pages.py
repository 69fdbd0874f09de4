"""`/directory`, an entry's page, the panel of the operator's page, and the same for programs under `/api`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.admission import holder
from console.context import Console, Here
from console.directory import service, wording
from console.directory.schemas import LONGEST_QUERY, MOST_RESULTS, AnswerDocument, EntryDocument
from console.rendering import Visitor, is_fragment_wanted
from console.rights import Right
from console.signin.visitors import user_of
from console.texts import RowId
from desks.directory.directory import RESULTS

router = APIRouter()

Seeker = Annotated[Visitor, holder(Right.DESK)]
Words = Annotated[str, Query(alias="q", max_length=LONGEST_QUERY)]
Everything = Annotated[bool, Query(alias="all")]
CallOf = Annotated[str, Query(pattern="^[A-Za-z0-9-]{0,40}$")]


@router.get("/directory")
def search_page(
    request: Request, console: Here, visitor: Seeker, words: Words = "", everything: Everything = False
) -> Response:
    """The search; htmx gets what was found."""
    return _page(request, console, visitor, "directory/search.html", words, everything=everything, call="")


@router.get("/directory/panel")
def panel(
    request: Request,
    console: Here,
    visitor: Seeker,
    *,
    call: CallOf = "",
    words: Words = "",
    everything: Everything = False,
) -> Response:
    """The search inside the operator's page, for a call; once it stands there, what was found."""
    template = "directory/_results.html" if "q" in request.query_params else "directory/_panel.html"
    return _page(request, console, visitor, template, words, everything=everything, call=call)


@router.get("/directory/entries/{entry_id}")
def entry_page(
    request: Request, console: Here, visitor: Seeker, entry_id: RowId, *, call: CallOf = "", number: int = 0
) -> Response:
    """One entry; htmx gets it large, and with a call its numbers to choose from."""
    with console.ledger.reading() as session:
        entry = service.open_entry(session, entry_id)
    template = "directory/_entry.html" if is_fragment_wanted(request) else "directory/entry.html"
    return console.pages.page(
        request, template, visitor, entry=entry, call=call, chosen=number, wording=wording
    )


@router.get("/api/directory")
def search_api(
    console: Here,
    visitor: Seeker,  # noqa: ARG001 - admits
    words: Annotated[str, Query(alias="q", min_length=1, max_length=LONGEST_QUERY)],
    everything: Everything = False,
    limit: Annotated[int, Query(ge=1, le=MOST_RESULTS)] = RESULTS,
) -> AnswerDocument:
    """Entries that fit, the best first; `all`: also what is not valid yet, or no more."""
    with console.ledger.reading() as session:
        answer = service.search(session, console.directory, words, limit=limit, everything=everything)
    return service.answer_document(answer)


@router.get("/api/directory/{entry_id}")
def entry_api(console: Here, visitor: Seeker, entry_id: RowId) -> EntryDocument:  # noqa: ARG001 - admits
    """One entry."""
    with console.ledger.reading() as session:
        return service.open_entry(session, entry_id)


def _page(
    request: Request,
    console: Console,
    visitor: Visitor,
    template: str,
    words: str,
    *,
    everything: bool,
    call: str,
) -> Response:
    found: dict[str, Any] = {"answer": None, "typed": words, "everything": everything, "call": call}
    if words.strip():
        with console.ledger.reading() as session:
            answer = service.search(session, console.directory, words, limit=RESULTS, everything=everything)
            if not answer.hits:
                found["known"] = service.known_case(session, words)
        found["answer"] = service.answer_document(answer)
        if call:
            console.searches.note(service.search_of(user_of(visitor), call, words, len(answer.hits)))
    if template == "directory/search.html" and is_fragment_wanted(request):
        template = "directory/_results.html"
    return console.pages.page(request, template, visitor, wording=wording, **found)
