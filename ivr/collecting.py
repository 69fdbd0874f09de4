"""Asking a caller for digits: they are entered, read back and confirmed."""

from __future__ import annotations

from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.voice import Voice
from ledger.records import Facts
from ledger.states import Place
from sip_config.collection import Collection

AFTER_LAST_S = 1.0  # after the longest entry: one digit more is too many, the ending key is swallowed
KEEP, AGAIN, AFRESH = "1", "2", "*"


class Collecting:
    """One caller's entries. `facts` are what prompts may say of the call."""

    def __init__(self, keypad: Keypad, voice: Voice, journey: Journey, facts: Facts) -> None:
        self._keypad, self._voice, self._journey, self._facts = keypad, voice, journey, facts

    async def collect(self, name: str, collection: Collection, place: Place = Place.MENU) -> str | None:
        """Ask until an entry fits and is confirmed: its digits; None when `tries` are used up.

        The call's marks tell each try by `place` and `name`, and never the digits; what was kept is noted by
        its fact, so that a mask finds it (`ledger.entered`).
        """
        for tries_left in reversed(range(collection.tries)):
            with self._journey.at(place, name):
                digits = await self._enter(collection)
                fits = collection.shortest <= len(digits) <= collection.longest
                if fits and await self._is_right(collection, digits):
                    self._journey.note(place, f"{collection.fact}: {len(digits)} digits")
                    return digits
                self._journey.note(place, f"{name}: {'again' if fits else 'wrong length'}")
                if tries_left:
                    await self._voice.say(collection.wrong, self._facts)
        return None

    async def _enter(self, collection: Collection) -> str:
        """The digits until a pause or the ending key, however many there are. `*` begins afresh."""
        digits, key = "", await self._ask(collection)
        while key is not None and key != collection.ends_with:
            if key == AFRESH:
                digits, key = "", await self._ask(collection)
                continue
            digits += key if key.isdigit() else ""
            is_full = len(digits) >= collection.longest
            key = await self._keypad.next_key(AFTER_LAST_S if is_full else collection.silence_s)
        return digits

    async def _ask(self, collection: Collection) -> str | None:
        return await self._keypad.ask(collection.prompt, collection.silence_s, self._facts)

    async def _is_right(self, collection: Collection, digits: str) -> bool:
        """Whether the caller agrees, or says nothing against it: digits are read back `tries` times."""
        if collection.confirm is None:
            return True
        for _ in range(collection.tries):
            values = {**self._facts, "digits": digits}
            key = await self._keypad.ask(collection.confirm, collection.silence_s, values)
            if key in {KEEP, AGAIN}:
                return key == KEEP
        return True
