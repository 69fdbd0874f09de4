"""Files that came in, for who may see their ticket."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from console.context import Console, Here
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.texts import RowId
from console.tickets.admission import Staff
from console.tickets.service import get_ticket
from desks.intake import messages, viewing
from desks.intake.files import path_of
from desks.intake.folders import files_dir, page_path
from desks.intake.records import KeptFile
from desks.intake.viewing import MOST_PAGES, PageNotShown
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.errors import NotFound

PRIVATE = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}

router = APIRouter()


@router.get("/intake/files/{file_id}")
def download(console: Here, visitor: Staff, file_id: RowId) -> Response:
    """The file as it came, to be kept: never shown by the browser itself."""
    file = _file(console, visitor, file_id)
    path = path_of(files_dir(console.settings), file.sha256)
    if not path.is_file():
        raise NotFound(f"the content of file {file_id} is gone from the data directory")
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    headers = {**PRIVATE, "Content-Disposition": disposition}
    return Response(path.read_bytes(), media_type="application/octet-stream", headers=headers)


@router.get("/intake/files/{file_id}/pages/{number}")
def page(
    console: Here, visitor: Staff, file_id: RowId, number: Annotated[int, Path(ge=1, le=MOST_PAGES)]
) -> Response:
    """A page as a picture."""
    file = _file(console, visitor, file_id)
    if file.kind is None or number > file.pages:
        raise PageNotShown(f"file {file_id} has no page {number} that can be shown")
    path = path_of(files_dir(console.settings), file.sha256)
    picture = viewing.page(path, file.kind, number, page_path(console.settings, file.sha256, number))
    return Response(picture, media_type="image/png", headers=PRIVATE)


def _file(console: Console, visitor: Visitor, file_id: int) -> KeptFile:
    """For who may see the ticket; noted in the audit log. Raises NotFound."""
    with console.ledger.reading() as session:
        file, ticket = messages.get_file(session, file_id)
        get_ticket(session, user_of(visitor), ticket)
    details = {"ticket": ticket, "file": str(file_id)}
    write_once(console.ledger, Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, details=details))
    return file
