"""Streams of server-sent events (HTML Living Standard, 9.2): what an open page hears without asking."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, TypeVar

from fastapi.responses import StreamingResponse

from console.feed import Feed

STREAM_LIFE_S = 600.0  # then the browser connects anew, and whoever has signed out is refused
RETRY_MS: Final = 2000
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes each event on at once
}

Snapshot = TypeVar("Snapshot")


def stream(
    feed: Feed[Snapshot], name: str, tell: Callable[[Snapshot], str | None], first: Snapshot | None = None
) -> StreamingResponse:
    """An event of this name for each snapshot, its data what `tell` says of it.

    A comment keeps the connection open where it says None or nothing comes; `first` is told at once.
    """
    return StreamingResponse(
        _pieces(feed, name, tell, first), media_type="text/event-stream", headers=HEADERS
    )


def changes(tell: Callable[[Snapshot], str], told: str | None = None) -> Callable[[Snapshot], str | None]:
    """`tell`, but None as long as it says the same again; `told` is what the page knows already."""

    def tell_anew(snapshot: Snapshot) -> str | None:
        nonlocal told
        said = tell(snapshot)
        if said == told:
            return None
        told = said
        return said

    return tell_anew


def event(name: str, data: str) -> str:
    """An event as it is sent; each line of the data needs its own field."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {name}\n{lines}\n"


async def _pieces(
    feed: Feed[Snapshot], name: str, tell: Callable[[Snapshot], str | None], first: Snapshot | None
) -> AsyncGenerator[str]:
    ends_s = time.monotonic() + STREAM_LIFE_S
    yield f"retry: {RETRY_MS}\n\n"
    if first is not None:
        yield _piece(name, tell(first))
    async with aclosing(feed.follow()) as snapshots:
        async for snapshot in snapshots:
            yield _piece(name, None if snapshot is None else tell(snapshot))
            if time.monotonic() > ends_s:
                return


def _piece(name: str, said: str | None) -> str:
    return ": still here\n\n" if said is None else event(name, said)
