"""Walking a menu: the prompt is heard, a key is pressed, a step follows."""

from __future__ import annotations

import asyncio

from ivr.collecting import Collecting
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.ticket_states import TicketTelling
from ivr.voice import Voice
from ledger.records import Facts
from ledger.states import FactKey, Place
from sip_config.menu import HANG_UP, Step
from sip_config.plan import Plan


class MenuWalk:
    """The way of one caller from the number dialled to a step that leaves the menus.

    What is learnt on the way goes to `facts`: the digits that were collected, the language that was chosen.
    """

    def __init__(
        self,
        *,
        plan: Plan,
        number: str,
        keypad: Keypad,
        voice: Voice,
        journey: Journey,
        facts: Facts,
        collecting: Collecting,
        telling: TicketTelling,
    ) -> None:
        self._plan, self._number, self._keypad = plan, number, keypad
        self._voice, self._journey, self._facts = voice, journey, facts
        self._collecting, self._telling = collecting, telling

    async def walk(self, first: Step | None = None) -> Step:
        """Walk until a desk, a message, a call-back or the end is reached: a step of such a kind.

        The way begins at the number's menu, or with `first`, e.g. what the plan says of a full queue.
        """
        try:
            async with asyncio.timeout(self._plan.limits.longest_menu_s):
                return await self._walk_from(first or self._plan.numbers[self._number].first_step)
        except TimeoutError:
            desk = self._plan.numbers[self._number].desk
            return Step(desk=desk) if desk else HANG_UP

    @property
    def _first_menu(self) -> Step:
        return Step(menu=self._plan.numbers[self._number].menu)

    async def _walk_from(self, step: Step) -> Step:
        menu = self._first_menu
        while True:
            step = await self._hear(step)
            if step.kind == "menu":
                menu = step
            elif step.kind != "repeat":
                return step
            step = await self._leave_menu(str(menu.menu))

    async def _leave_menu(self, menu_id: str) -> Step:
        """Hear a menu until a key or too many tries lead out of it."""
        with self._journey.at(Place.MENU, menu_id):
            return await self._choose(menu_id)

    async def _hear(self, step: Step) -> Step:
        """Do what goes on by itself on the way to a step, and give that step."""
        while step.goes_on:
            await self._do(step)
            step = step.next
        return step

    async def _do(self, step: Step) -> None:
        if step.say:
            with self._journey.at(Place.ANNOUNCEMENT, step.say):
                await self._voice.say(step.say, self._facts)
        elif step.language:
            self._voice.language = step.language
            self._facts[FactKey.LANGUAGE] = step.language
        elif step.collect:
            await self._collect(step.collect)
        elif step.ticket_state:
            await self._telling.tell(step.ticket_state)

    async def _collect(self, name: str) -> None:
        collection = self._plan.collections[name]
        digits = await self._collecting.collect(name, collection)
        if digits is not None:
            self._facts[collection.fact] = digits

    async def _choose(self, menu_id: str) -> Step:
        menu = self._plan.menus[menu_id]
        tries_left = menu.tries
        while tries_left:
            key = await self._keypad.ask(menu.prompt, menu.silence_s, self._facts)
            self._journey.note(Place.MENU, f"{menu_id}: {key or 'silence'}")
            step = self._plan.step_for(number=self._number, menu=menu_id, key=key) if key else None
            if step and step.kind != "repeat":
                return step
            if step is None:
                tries_left -= 1
                await self._tell_mistake(menu_id, key, tries_left)
        return menu.otherwise

    async def _tell_mistake(self, menu_id: str, key: str | None, tries_left: int) -> None:
        if not tries_left:
            return  # the next thing heard is the way to an operator
        menu = self._plan.menus[menu_id]
        await self._voice.say(menu.wrong if key else menu.silent, self._facts)
