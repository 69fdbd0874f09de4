"""`/wallboard`, its stream of server-sent events, and the same for programs."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from console.context import Console, Here
from console.language import Language, language_of
from console.signin.visitors import SignedIn
from console.wallboard.documents import WallboardDocument, document_of
from console.wallboard.painter import BOARD

STREAM_LIFE_S = 600.0  # then the browser connects anew, and whoever has signed out is refused
RETRY_MS = 2000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx passes each event on at once

router = APIRouter()


@router.get("/wallboard")
def wallboard_page(request: Request, console: Here, visitor: SignedIn) -> Response:
    """The wallboard with its first figures."""
    return console.pages.page(
        request, "wallboard/page.html", visitor, board=console.lookout.look(), board_template=BOARD
    )


@router.get("/wallboard/stream")
async def wallboard_stream(request: Request, console: Here, _visitor: SignedIn) -> StreamingResponse:
    """The board anew every second, as an event whose data is HTML; comments keep a quiet connection open."""
    events = _events(console, language_of(request))
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


@router.get("/api/wallboard")
def wallboard_api(console: Here, _visitor: SignedIn) -> WallboardDocument:
    """The figures."""
    return document_of(console.lookout.look())


async def _events(console: Console, language: Language) -> AsyncGenerator[str]:
    ends_s = time.monotonic() + STREAM_LIFE_S
    yield f"retry: {RETRY_MS}\n\n"
    async with aclosing(console.feed.follow()) as snapshots:
        async for snapshot in snapshots:
            if snapshot is None:
                yield ": still here\n\n"
            else:
                yield event("board", console.painter.paint(snapshot, language))
            if time.monotonic() > ends_s:
                return


def event(name: str, data: str) -> str:
    """A server-sent event (HTML Living Standard, 9.2); each line of the data needs its own field."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\n{lines}\n"
