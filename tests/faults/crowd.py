"""Callers who know what they said: each call, its length, and how it ended."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from random import Random

from callers.errors import CallOver, PhoneError
from callers.phone import Phone
from callers.phone_call import PhoneCall
from tests.faults.tones import scale

ANSWER_S = 6.0
AGAIN_S = 0.5  # who was not answered waits this long
LONGEST_S = 40


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answered call, as its caller knows it. Times are monotonic."""

    sip_call_id: str
    answered_s: float
    ended_s: float


class Crowd:
    """So many callers, who call again and again between `gather` and `leave`."""

    def __init__(self, phone: Phone, target: str, callers: int, random: Random) -> None:
        self._phone, self._target, self._callers, self._random = phone, target, callers, random
        self._scale = scale(LONGEST_S)
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving = asyncio.Event()
        self.said: list[Said] = []
        self.talking = 0

    def gather(self) -> None:
        """They begin to call."""
        self._leaving.clear()
        self._tasks = [asyncio.create_task(self._keep_calling(place)) for place in range(self._callers)]

    async def leave(self) -> list[Said]:
        """They finish their calls; what they said since they gathered."""
        self._leaving.set()
        await asyncio.gather(*self._tasks)
        said, self.said = self.said, []
        return said

    async def _keep_calling(self, place: int) -> None:
        while not self._leaving.is_set():
            if not await self._call(f"1390000{place:04}"):
                await asyncio.sleep(AGAIN_S)

    async def _call(self, number: str) -> bool:
        call = await self._phone.dial(self._target, user=number)
        try:
            await call.answered(ANSWER_S)
        except PhoneError:
            await call.hang_up()
            return False
        await self._talk(call)
        return True

    async def _talk(self, call: PhoneCall) -> None:
        talk_s = self._random.uniform(2, 7)
        self.talking += 1
        try:
            await call.play(self._scale[: int(talk_s * 8000)])
        except CallOver:
            pass  # the far end ended it
        finally:
            self.talking -= 1
            ended_s = call.media.until_s
        await call.hang_up()
        answered_s = call.media.answered_s
        assert answered_s is not None
        self.said.append(
            Said(
                sip_call_id=str(call.sip_call_id),
                answered_s=answered_s,
                ended_s=min(ended_s, time.monotonic()),
            )
        )
