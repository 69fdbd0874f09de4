"""What a waiting caller hears: the wait prompt, hold music, and now and then the position and the wait."""

from __future__ import annotations

import asyncio
from types import TracebackType

import structlog

from ivr.matching import told_minutes
from ivr.queue_books import QueueBooks
from ivr.voice import Voice
from ledger.waiting import Waiting
from sip_config.desk import Announcement, Desk

log = structlog.get_logger(__name__)


class WaitingRoom:
    """Entertains one caller at one desk. Use it as `async with`."""

    def __init__(self, desk: Desk, place: Waiting, voice: Voice, books: QueueBooks) -> None:
        self._desk, self._place, self._voice, self._books = desk, place, voice, books

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._entertain())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled() and self._task.exception():
            log.error("music_failed", call_id=self._place.call_id, exc_info=self._task.exception())

    async def _entertain(self) -> None:
        await self._voice.say(self._desk.wait_prompt)
        while True:
            with self._voice.playing_music(self._desk.hold_music):
                await self._listen()
            if self._desk.announce:
                await self._announce(self._desk.announce)

    async def _listen(self) -> None:
        """Until the next announcement, or for ever."""
        if self._desk.announce:
            await asyncio.sleep(self._desk.announce.every_s)
        else:
            await asyncio.Event().wait()

    async def _announce(self, announce: Announcement) -> None:
        outlook = await self._books.outlook(self._place)
        if outlook is None:
            return  # an operator's phone rings already
        wait_min = told_minutes(outlook.wait_s)
        log.info("queue_announced", call_id=self._place.call_id, position=outlook.position, wait_min=wait_min)
        await self._voice.say(announce.prompt, {"position": outlook.position, "wait": wait_min})
