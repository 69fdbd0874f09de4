"""`/wallboard`, its stream of server-sent events, and the same for programs."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.admission import Watcher
from console.context import Console, Here
from console.language import language_of
from console.rendering import Visitor
from console.sight import Sight, sight_of
from console.signin.visitors import user_of
from console.streams import stream
from console.wallboard.documents import WallboardDocument, document_of
from console.wallboard.narrowing import narrow
from console.wallboard.painter import BOARD

router = APIRouter()


@router.get("/wallboard")
def wallboard_page(request: Request, console: Here, visitor: Watcher) -> Response:
    """The wallboard with its first figures."""
    board = narrow(console.lookout.look(), _sight(console, visitor))
    return console.pages.page(request, "wallboard/page.html", visitor, board=board, board_template=BOARD)


@router.get("/wallboard/stream")
async def wallboard_stream(request: Request, console: Here, visitor: Watcher) -> Response:
    """The board anew every second, as an event whose data is HTML; comments keep a quiet connection open."""
    sight = await asyncio.to_thread(_sight, console, visitor)
    language = language_of(request)
    return stream(console.feed, "board", lambda snapshot: console.painter.paint(snapshot, language, sight))


@router.get("/api/wallboard")
def wallboard_api(console: Here, visitor: Watcher) -> WallboardDocument:
    """The figures."""
    return document_of(narrow(console.lookout.look(), _sight(console, visitor)))


def _sight(console: Console, visitor: Visitor) -> Sight | None:
    with console.ledger.reading() as session:
        return sight_of(session, console.switchboard, user_of(visitor))
