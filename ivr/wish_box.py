"""One call's box for what pages ask of it: each wish is taken out once, and what came of it is noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import structlog

from ivr.books import Books
from ivr.clerk import EntryFailed, Office
from ledger import call_wishes
from ledger.call_wishes import CallWish
from ledger.errors import HotlineError
from ledger.states import WishOutcome

LOOK_EVERY_S = 0.25  # a wish is taken within half a second

log = structlog.get_logger(__name__)


class WishBox:
    """The wishes of one call."""

    def __init__(self, books: Books, call_id: str) -> None:
        self._books, self._call_id = books, call_id
        self._taken: set[int] = set()

    async def as_they_come(self) -> AsyncIterator[CallWish]:
        """Every wish once, for as long as somebody waits for more."""
        while True:
            for wish in await self.look():
                yield wish
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, *, anew: bool = False) -> list[CallWish]:
        """Those that were not taken yet; with `anew` also those of the last moment."""
        try:
            wishes = await self._books.run(partial(_wishes_of, call_id=self._call_id, anew=anew))
        except (HotlineError, EntryFailed) as error:  # the next look comes soon
            log.warning("wishes_unread", call_id=self._call_id, cause=str(error))
            return []
        new = [wish for wish in wishes if wish.id not in self._taken]
        self._taken.update(wish.id for wish in new)
        return new

    async def settle(self, wish: CallWish, outcome: WishOutcome) -> None:
        """Note what came of a wish."""
        await self._books.write(partial(call_wishes.settle, wish_id=wish.id, outcome=outcome))
        log.info(
            "wish_settled",
            call_id=self._call_id,
            kind=wish.kind,
            by=wish.by,
            outcome=outcome,
        )


def _wishes_of(office: Office, *, call_id: str, anew: bool) -> tuple[CallWish, ...]:
    """Asked by every conversation: the clerk reads them all together."""
    return office.wishes.of(call_id, anew=anew)
