"""`/calls/{id}/audio`, `/download`, `/original`, `/peaks`, and masking."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from console.admission import Listener, OwnCall
from console.context import Console, Here
from console.recordings import service
from console.recordings.ranges import answer
from console.recordings.schemas import MaskedDocument, MaskWish, read_mask
from console.rendering import Visitor
from console.rights import Right, require
from console.secrets import Unmasked, note_secrets, spans_to_silence
from console.signin.visitors import OwnForm, SignedIn, user_of
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.masks import Span
from ledger.records import Recording
from recorder.masking import Masker
from recorder.opening import media_type
from recorder.peaks import BUCKETS

# A recording is sealed and its hash names it; the browser asks again each time, for rights may change.
REVALIDATE = "private, no-cache"

router = APIRouter()


@router.get("/calls/{call_id}/audio")
def audio(
    request: Request, console: Here, visitor: Listener, call_id: OwnCall, unmasked: Unmasked
) -> Response:
    """The sealed audio file, decrypted, whole or by range; a rendition of it where callers told secrets."""
    recording = service.find_recording(console.ledger, call_id)
    given = _given(console, visitor, recording, AuditAction.LISTENED, unmasked=unmasked)
    return _sound(request, console, given)


def sound_for_operator(request: Request, console: Console, visitor: Visitor, call_id: str) -> Response:
    """A call's sound for its own operator, without what the caller told in confidence.

    Whoever calls this has made sure that it is the operator's own.
    """
    recording = service.find_recording(console.ledger, call_id)
    return _sound(request, console, _given(console, visitor, recording, AuditAction.LISTENED, unmasked=False))


@router.get("/calls/{call_id}/download")
def download(
    request: Request, console: Here, visitor: SignedIn, call_id: OwnCall, unmasked: Unmasked
) -> Response:
    """The same to be kept, under a name that tells what it is."""
    require(visitor, Right.DOWNLOAD)
    recording = service.find_recording(console.ledger, call_id)
    given = _given(console, visitor, recording, AuditAction.DOWNLOADED, unmasked=unmasked)
    response = _sound(request, console, given)
    name = service.file_name(console.ledger, recording, console.zone, is_rendition=bool(given.silent))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/calls/{call_id}/original")
def original(request: Request, console: Here, visitor: SignedIn, call_id: OwnCall) -> Response:
    """The recording as it was before its first mask."""
    require(visitor, Right.ORIGINALS)
    recording = service.find_original(console.ledger, call_id)
    act = _act(visitor, recording, AuditAction.HEARD_ORIGINAL)
    return _sound(request, console, Given(recording=recording, act=act))


@router.get("/calls/{call_id}/peaks")
def peaks(
    request: Request,
    console: Here,
    _visitor: Listener,
    call_id: OwnCall,
    buckets: Annotated[int, Query(ge=1, le=8000)] = BUCKETS,
) -> Response:
    """What the waveform is drawn from; 304 where the browser has it already."""
    recording = service.find_recording(console.ledger, call_id)
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{recording.sha256}-{buckets}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    found = service.draw(console.ledger, recording, console.recordings, buckets)
    return JSONResponse(found.model_dump(), headers=headers)


@router.post("/calls/{call_id}/masks")
def mask_form(
    console: Here,
    visitor: OwnForm,
    *,
    call_id: OwnCall,
    start_s: Annotated[str, Form()] = "",
    end_s: Annotated[str, Form()] = "",
    channel: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
    destroy: Annotated[bool, Form()] = False,
) -> Response:
    """Mask a span and go back to the call."""
    wish = read_mask(start_s=start_s, end_s=end_s, channel=channel, why=why, destroy=destroy)
    _mask(console, visitor, call_id, wish)
    return RedirectResponse(f"/calls/{call_id}", status_code=303)


@router.post("/api/calls/{call_id}/masks")
def mask_api(console: Here, visitor: SignedIn, call_id: OwnCall, wish: MaskWish) -> MaskedDocument:
    """Mask a span. No form's token is needed: only JSON is read, which no foreign page may send."""
    recording = _mask(console, visitor, call_id, wish)
    return MaskedDocument(call_id=call_id, recording_sha256=recording.sha256, recording_path=recording.path)


def _mask(console: Console, visitor: Visitor, call_id: str, wish: MaskWish) -> Recording:
    require(visitor, Right.MASK)
    masker = Masker(console.settings, console.ledger, console.recordings)
    return masker.mask(service.order_of(call_id, user_of(visitor), wish))


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What somebody is given to hear, and what the audit log says of it."""

    recording: Recording
    act: Act
    silent: tuple[Span, ...] = ()  # spans that somebody without the right does not hear


def _given(
    console: Console, visitor: Visitor, recording: Recording, action: AuditAction, *, unmasked: bool
) -> Given:
    note_secrets(console, visitor, recording.call_id, action, unmasked=unmasked)
    silent = () if unmasked else spans_to_silence(console, recording.call_id)
    return Given(recording=recording, act=_act(visitor, recording, action), silent=silent)


def _act(visitor: Visitor, recording: Recording, action: AuditAction) -> Act:
    details = {"recording_sha256": recording.sha256}
    return Act(user=user_of(visitor), action=action, call_id=recording.call_id, details=details)


def _sound(request: Request, console: Console, given: Given) -> Response:
    """A recording for somebody's ears: whatever is given out stands in the audit log before."""
    rendition = console.renditions.render(given.recording, given.silent) if given.silent else None
    headers = {
        "Cache-Control": REVALIDATE,
        "ETag": f'"{rendition.sha256 if rendition else given.recording.sha256}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        write_once(console.ledger, given.act)  # the browser plays what it has kept
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None  # it has parts of another recording
    file = io.BytesIO(rendition.audio) if rendition else console.recordings.open(given.recording)
    try:
        write_once(console.ledger, given.act)
    except BaseException:
        file.close()
        raise
    return answer(file, wanted, media_type=media_type(given.recording), headers=headers)
