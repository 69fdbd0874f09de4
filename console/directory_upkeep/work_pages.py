"""`/directory/works`: how far long work is, for its page that asks; and having it stopped."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Here
from console.directory_upkeep import wording
from console.directory_upkeep.admission import Editor, EditorsForm, Seeker
from console.directory_upkeep.documents import WorkDocument, work_document
from console.rendering import is_fragment_wanted
from console.signin.visitors import user_of
from console.texts import RowId
from desks.directory import works
from desks.directory.work_records import Work

router = APIRouter()


@router.get("/directory/works/{work_id}")
def progress(request: Request, console: Here, visitor: Seeker, work_id: RowId) -> Response:
    """The bar; once it is over the page is loaded anew. Without htmx: the page of the import or the batch."""
    with console.ledger.reading() as session:
        work = works.get(session, work_id)
        waits = works.waits_for_others(session, work)
    if not is_fragment_wanted(request):
        return RedirectResponse(page_of(work), status_code=303)
    if not work.is_active:
        return Response(headers={"HX-Refresh": "true"})
    return console.pages.page(
        request, "directory_upkeep/_progress.html", visitor, work=work, waits=waits, wording=wording
    )


@router.post("/directory/works/{work_id}/stop")
def stop(console: Here, visitor: EditorsForm, work_id: RowId) -> Response:
    """Have it end where it is."""
    with console.ledger.transaction() as session:
        work = works.stop(session, user_of(visitor), work_id)
    return RedirectResponse(page_of(work), status_code=303)


@router.get("/api/directory/works/{work_id}")
def progress_api(console: Here, visitor: Editor, work_id: RowId) -> WorkDocument:  # noqa: ARG001 - admits
    """How far long work is, and how it ended."""
    with console.ledger.reading() as session:
        return work_document(works.get(session, work_id))


def page_of(work: Work) -> str:
    """Where it was asked for."""
    if work.import_id is not None:
        return f"/directory/imports/{work.import_id}"
    return f"/directory/changes/{work.batch_id}"
