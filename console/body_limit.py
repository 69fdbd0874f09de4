"""A limit on what is sent to us: no form and no document of ours is longer."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 1_000_000
MOST_OF: Final = {"/directory/imports": 64_000_000}  # a file of some 500,000 directory entries
TOO_LARGE: Final = 413


class BodyLimit:
    """ASGI middleware. Whoever reads a body that is too long gets 413, told or counted."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        self.app, self.most_bytes = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count what it sends."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        most_bytes = MOST_OF.get(scope["path"], self.most_bytes)
        left = most_bytes - (int(told) if told.isdecimal() else 0)
        counted = 0

        async def receive_counted() -> Message:
            nonlocal counted
            if left >= 0:
                message = await receive()
                counted += len(message.get("body", b""))
                if counted <= most_bytes:
                    return message
            raise HTTPException(TOO_LARGE, f"more than {most_bytes} bytes were sent; send less at once")

        await self.app(scope, receive_counted, send)
