"""Walking a menu: the prompt is heard, a key is pressed, a step follows."""

from __future__ import annotations

import asyncio

from ivr.journey import Journey
from ivr.phone import Leg
from ivr.voice import Voice
from ledger.states import Place
from sip_config.menu import HANG_UP, Step
from sip_config.plan import Plan
from sip_config.speech import Values


class Keypad:
    """A caller who hears prompts and presses keys. A key ends the prompt (barge-in)."""

    def __init__(self, leg: Leg, voice: Voice) -> None:
        self._leg, self._voice = leg, voice

    async def ask(self, prompt_id: str, wait_s: float, values: Values | None = None) -> str | None:
        """The key pressed while the prompt is heard or within `wait_s` after it; None for silence."""
        prompt_task = asyncio.create_task(self._voice.say(prompt_id, values))
        key_task = asyncio.create_task(self._leg.digits.get())
        try:
            await asyncio.wait({prompt_task, key_task}, return_when=asyncio.FIRST_COMPLETED)
            if not key_task.done():
                await prompt_task
                await asyncio.wait({key_task}, timeout=wait_s)
            return key_task.result() if key_task.done() else None
        finally:
            for task in (prompt_task, key_task):
                task.cancel()
            await asyncio.gather(prompt_task, key_task, return_exceptions=True)


class MenuWalk:
    """The way of one caller from the number dialled to a step that leaves the menus."""

    def __init__(self, plan: Plan, number: str, keypad: Keypad, voice: Voice, journey: Journey) -> None:
        self._plan, self._number, self._keypad = plan, number, keypad
        self._voice, self._journey = voice, journey

    async def walk(self) -> Step:
        """Walk until a desk or the end is reached: a step of kind desk or hang_up."""
        menu_id = self._plan.numbers[self._number].menu
        try:
            async with asyncio.timeout(self._plan.limits.longest_menu_s):
                return await self._walk_from(menu_id)
        except TimeoutError:
            desk = self._plan.numbers[self._number].desk
            return Step(desk=desk) if desk else HANG_UP

    async def _walk_from(self, menu_id: str) -> Step:
        while True:
            step = await self._leave_menu(menu_id)
            if step.kind == "menu":
                menu_id = str(step.menu)
            elif step.kind != "repeat":
                return step

    async def _leave_menu(self, menu_id: str) -> Step:
        """Hear a menu until a key or too many tries lead out of it. Announcements are heard on the way."""
        with self._journey.at(Place.MENU, menu_id):
            step = await self._choose(menu_id)
        while step.kind == "say":
            with self._journey.at(Place.ANNOUNCEMENT, str(step.say)):
                await self._voice.say(str(step.say))
            step = step.next
        return step if step.kind != "repeat" else Step(menu=menu_id)

    async def _choose(self, menu_id: str) -> Step:
        menu = self._plan.menus[menu_id]
        tries_left = menu.tries
        while tries_left:
            key = await self._keypad.ask(menu.prompt, menu.silence_s)
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
        await self._voice.say(menu.wrong if key else menu.silent)
