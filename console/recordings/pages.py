"""`/calls/{id}/audio` and `/calls/{id}/peaks`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from console.context import Here
from console.recordings import service
from console.recordings.ranges import answer
from console.signin.visitors import SignedIn
from recorder.opening import media_type

# A recording is sealed and its hash names it; the browser asks again each time, for rights may change.
REVALIDATE = "private, no-cache"

router = APIRouter()


@router.get("/calls/{call_id}/audio")
def audio(request: Request, console: Here, _visitor: SignedIn, call_id: str) -> Response:
    """The sealed audio file, decrypted, whole or by range, from wherever it lies."""
    recording = service.find_recording(console.ledger, call_id)
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{recording.sha256}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None  # it has parts of another recording
    file = console.recordings.open(recording)
    return answer(file, wanted, media_type=media_type(recording), headers=headers)


@router.get("/calls/{call_id}/peaks")
def peaks(
    request: Request,
    console: Here,
    _visitor: SignedIn,
    call_id: str,
    buckets: Annotated[int, Query(ge=1, le=8000)] = 1600,
) -> Response:
    """What the waveform is drawn from; 304 where the browser has it already."""
    recording = service.find_recording(console.ledger, call_id)
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{recording.sha256}-{buckets}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(service.draw(recording, console.recordings, buckets).model_dump(), headers=headers)
