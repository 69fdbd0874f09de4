"""The keys that a caller presses, also while a prompt is still heard."""

from __future__ import annotations

import asyncio

from ivr.phone import Leg
from ivr.voice import Voice
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

    async def next_key(self, wait_s: float) -> str | None:
        """The next key within `wait_s`; None for silence."""
        try:
            async with asyncio.timeout(wait_s):
                return await self._leg.digits.get()
        except TimeoutError:
            return None
