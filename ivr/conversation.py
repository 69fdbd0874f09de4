"""A caller and an operator talk, until somebody hangs up or a page hands the caller over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ivr.journey import Journey
from ivr.operator_ring import Seat
from ivr.phone import CallAudio
from ivr.recording_pause import RecordingPause
from ivr.vigil import vigil
from ivr.wish_box import WishBox
from ledger.call_wishes import CallWish
from ledger.states import Place, WishKind, WishOutcome
from sip_config.plan import Plan


class Conversation:
    """One conversation. `may_follow` says whether a wish to hand the caller over can be done."""

    def __init__(
        self,
        *,
        plan: Plan,
        audio: CallAudio,
        journey: Journey,
        wishes: WishBox,
        seat: Seat,
        may_follow: Callable[[CallWish], bool],
    ) -> None:
        self._plan, self._audio, self._journey = plan, audio, journey
        self._wishes, self._seat, self._may_follow = wishes, seat, may_follow
        self._pause = RecordingPause(plan=plan, audio=audio, journey=journey, operator=seat.number)

    async def hold(self) -> CallWish | None:
        """Until the operator hangs up (None), or the caller is handed over by a wish."""
        seat = self._seat
        with self._journey.at(Place.OPERATOR, seat.number), self._audio.bridged(seat.leg):
            async with self._pause.watching(seat.leg), vigil(seat.leg, self._plan.limits.quiet_s):
                wish = await self._until_parted()
        if wish:
            await self._wishes.settle(wish, WishOutcome.DONE)
        return wish

    async def _until_parted(self) -> CallWish | None:
        gone = asyncio.create_task(self._seat.leg.gone.wait())
        handed = asyncio.create_task(self._until_handed_over())
        try:
            await asyncio.wait({gone, handed}, return_when=asyncio.FIRST_COMPLETED)
            if handed.done():
                return handed.result()
        finally:
            for task in (gone, handed):
                task.cancel()
            await asyncio.gather(gone, handed, return_exceptions=True)
        return await self._take(await self._wishes.look(anew=True))  # asked for in the last moment

    async def _until_handed_over(self) -> CallWish:
        async for wish in self._wishes.as_they_come():
            if await self._take([wish]):
                return wish
        raise AssertionError("wishes never end")

    async def _take(self, wishes: list[CallWish]) -> CallWish | None:
        """Do what can be done within the conversation; the first wish that ends it."""
        for wish in wishes:
            if wish.kind is WishKind.PAUSE:
                self._pause.pause(wish.by)
            elif wish.kind is WishKind.RESUME:
                self._pause.resume()
            elif self._may_follow(wish):
                return wish
            else:
                await self._wishes.settle(wish, WishOutcome.REFUSED)
                continue
            await self._wishes.settle(wish, WishOutcome.DONE)
        return None
