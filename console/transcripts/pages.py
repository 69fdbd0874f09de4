"""`/calls/{id}/transcript?format=json|vtt|textgrid|txt`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from console.admission import OwnCall
from console.context import Here
from console.rights import Right, require
from console.secrets import Unmasked, note_secrets
from console.signin.visitors import SignedIn, user_of
from console.transcripts import service
from console.transcripts.formats import MEDIA_TYPES, Format
from console.transcripts.formats import write as write_as
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction

router = APIRouter()


@router.get("/calls/{call_id}/transcript")
def transcript(
    console: Here,
    visitor: SignedIn,
    call_id: OwnCall,
    unmasked: Unmasked,
    format: Format = Format.TEXT,  # noqa: A002 - the address's word
) -> Response:
    """A transcript to be kept; each one stands in the audit log."""
    require(visitor, Right.DOWNLOAD)
    with console.ledger.reading() as session:
        export = service.export_of(session, call_id, unmasked=unmasked)
    note_secrets(console, visitor, call_id, "transcript", unmasked=unmasked)
    details = {"transcript": str(format), "recording_sha256": export.transcript.recording_sha256}
    act = Act(user=user_of(visitor), action=AuditAction.DOWNLOADED, call_id=call_id, details=details)
    with console.ledger.transaction() as session:
        write(session, act)
    headers = {
        "Content-Disposition": f'attachment; filename="{call_id}.{format}"',
        "Cache-Control": "no-store",
    }
    return Response(write_as(export, format), media_type=MEDIA_TYPES[format], headers=headers)
