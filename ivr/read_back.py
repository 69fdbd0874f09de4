"""Reading a number out (自动报号): the operator is free already, the caller hears it as often as wanted."""

from __future__ import annotations

import asyncio

from ivr.connection import Connection
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.phone import Leg
from ivr.voice import Voice
from ledger.directory_numbers import DirectoryNumber
from ledger.records import Facts
from ledger.states import FactKey, Place
from sip_config.plan import Plan

REPEAT_KEY, CONNECT_KEY = "1", "2"
BY_MACHINE = "machine"  # the fact `directory_read_by`


class ReadBack:
    """Says numbers to one caller."""

    def __init__(
        self,
        *,
        plan: Plan,
        leg: Leg,
        keypad: Keypad,
        voice: Voice,
        journey: Journey,
        facts: Facts,
        connection: Connection,
    ) -> None:
        self._plan, self._settings = plan, plan.read_back
        self._leg, self._keypad, self._voice, self._journey = leg, keypad, voice, journey
        self._facts, self._connection = facts, connection

    async def read(self, number: DirectoryNumber) -> None:
        """Until the caller has heard enough, or was put through and hung up."""
        self._facts.update({FactKey.DIRECTORY_NUMBER: str(number), FactKey.DIRECTORY_READ_BY: BY_MACHINE})
        self._leg.forget_digits()
        with self._journey.at(Place.READ_BACK):
            wants_through = await self._read_until_enough(number)
        if wants_through and self._plan.outbound:
            await self._connection.put_through(number, self._plan.outbound)

    async def _read_until_enough(self, number: DirectoryNumber) -> bool:
        """Whether the caller wants to be put through."""
        for repeats_left in reversed(range(self._settings.most_repeats + 1)):
            await self._say(number)
            key = await self._offer(can_repeat=repeats_left > 0)
            if key != REPEAT_KEY:
                return key == CONNECT_KEY and self._connects
        return False

    async def _say(self, number: DirectoryNumber) -> None:
        """To its end, whatever is pressed meanwhile: that is the answer to the offer."""
        for time in range(self._settings.times):
            if time:
                await asyncio.sleep(self._settings.pause_s)
            prompt = self._settings.again if time else self._settings.prompt
            await self._voice.say(prompt, {"number": number.spoken})

    async def _offer(self, *, can_repeat: bool) -> str | None:
        if not self._settings.offers or not (can_repeat or self._connects):
            return None
        prompt = self._settings.offer_connect if self._connects else self._settings.offer
        return await self._keypad.ask(prompt, self._settings.wait_s)

    @property
    def _connects(self) -> bool:
        return self._settings.connects and self._plan.outbound is not None
