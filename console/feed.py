"""Hands what changes to everybody who watches. One poller for all, and none while nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final, Generic, TypeVar

import structlog

HEARTBEAT_S = 5.0

log = structlog.get_logger(__name__)

Snapshot = TypeVar("Snapshot")
OVER: Final = None  # in an inbox: nothing more comes


class Feed(Generic[Snapshot]):
    """Used on the event loop alone; `look` is called on a thread beside it, every so many seconds."""

    def __init__(self, look: Callable[[], Snapshot], every_s: float) -> None:
        self._look, self._every_s = look, every_s
        self._inboxes: set[asyncio.Queue[Snapshot | None]] = set()
        self._poller: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def viewers(self) -> int:
        """How many watch."""
        return len(self._inboxes)

    async def follow(self) -> AsyncGenerator[Snapshot | None]:
        """Snapshots as they come, None where none came for a while; ends with the feed."""
        if self._is_closed:
            return
        inbox: asyncio.Queue[Snapshot | None] = asyncio.Queue(maxsize=1)
        self._inboxes.add(inbox)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        try:
            while True:
                try:
                    snapshot = await asyncio.wait_for(inbox.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield None
                    continue
                if snapshot is OVER:
                    return
                yield snapshot
        finally:
            self._inboxes.discard(inbox)

    def close(self) -> None:
        """End it for everybody who watches, and for whoever comes later."""
        self._is_closed = True
        if self._poller is not None:
            self._poller.cancel()
        self._hand_out(OVER)

    async def _poll(self) -> None:
        while self._inboxes:
            try:
                snapshot = await asyncio.to_thread(self._look)
            except Exception:  # tried again; meanwhile the page says that it hears nothing
                log.exception("feed_blind")
            else:
                self._hand_out(snapshot)
            await asyncio.sleep(self._every_s)

    def _hand_out(self, snapshot: Snapshot | None) -> None:
        """A viewer who is slow misses snapshots, never the newest one."""
        for inbox in self._inboxes:
            if inbox.full():
                inbox.get_nowait()
            inbox.put_nowait(snapshot)
