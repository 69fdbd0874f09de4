"""The console's server: it ends the live pages first, so that a stop is not held up by who still watches."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from console.context import Console

LONGEST_STOP_S = 10  # for an answer that is under way, e.g. a recording that is being downloaded


class Server(uvicorn.Server):
    """Serves one console. Run it with `run(sockets=[...])`."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                proxy_headers=False,
                lifespan="off",
                timeout_graceful_shutdown=LONGEST_STOP_S,
            )
        )
        console = app.state.console
        assert isinstance(console, Console)
        self._feeds = (console.feed, console.work_feed, console.ticket_feed)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """An answer goes out at once: its body does not wait until the client has taken note of its head.

        asyncio sees to that only where a listener was made with a protocol; what is accepted inherits it.
        """
        for listener in sockets or ():
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the live pages that it is over, then wait for the answers under way."""
        for feed in self._feeds:
            feed.close()
        await super().shutdown(sockets)
