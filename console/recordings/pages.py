"""`/calls/{id}/audio` and `/calls/{id}/peaks`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from console.context import Here
from console.recordings import service
from console.signin.visitors import SignedIn

# A recording is sealed and its hash names it; the browser asks again each time, for rights may change.
REVALIDATE = "private, no-cache"

router = APIRouter()


@router.get("/calls/{call_id}/audio")
def audio(console: Here, _visitor: SignedIn, call_id: str) -> FileResponse:
    """The sealed FLAC, whole or by range."""
    recording, path = service.find_sound(console.ledger, console.settings, call_id)
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{recording.sha256}"'}
    return FileResponse(path, media_type="audio/flac", headers=headers)


@router.get("/calls/{call_id}/peaks")
def peaks(
    request: Request,
    console: Here,
    _visitor: SignedIn,
    call_id: str,
    buckets: Annotated[int, Query(ge=1, le=8000)] = 1600,
) -> Response:
    """What the waveform is drawn from; 304 where the browser has it already."""
    recording, path = service.find_sound(console.ledger, console.settings, call_id)
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{recording.sha256}-{buckets}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(service.draw(recording, path, buckets).model_dump(), headers=headers)
