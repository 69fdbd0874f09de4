"""Asking to be called back (回电): at the number that the caller calls from, or at another one."""

from __future__ import annotations

import asyncio

from ivr.books import Books
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.phone import Leg
from ivr.voice import Voice
from ledger.states import Place

OFFER, ASK, KEPT, WRONG = "call-back-offer", "call-back-number", "call-back-kept", "wrong-key"
THIS_KEY, OTHER_KEY, END_KEY = "1", "2", "#"
WAIT_S = 5.0  # after a question, and after each digit
TRIES = 3
SHORTEST, LONGEST = 5, 15  # digits of a number that can be called


class CallBackDesk:
    """Takes one caller's wish. `kept` says whether there is a number to call."""

    def __init__(
        self,
        *,
        leg: Leg,
        keypad: Keypad,
        voice: Voice,
        journey: Journey,
        books: Books,
        call_id: str,
        caller: str | None,
    ) -> None:
        self._leg, self._keypad, self._voice, self._journey = leg, keypad, voice, journey
        self._books, self._call_id, self._caller = books, call_id, caller
        self.kept = False

    async def take(self, desk_id: str) -> None:
        """Ask for the number, keep it, say so."""
        self._leg.forget_digits()
        with self._journey.at(Place.CALL_BACK, desk_id):
            number = await self._number()
            if number is None:
                return
            await self._books.call_back_asked(self._call_id, desk=desk_id, number=number)
            self.kept = True
            await self._voice.say(KEPT)

    async def _number(self) -> str | None:
        """The caller's own number by 1, another one by 2; None after too many tries."""
        own = self._caller if _is_number(self._caller) else None
        for _ in range(TRIES):
            key = await self._keypad.ask(OFFER, WAIT_S, {"number": own}) if own else OTHER_KEY
            if key == THIS_KEY:
                return own
            number = await self._keyed() if key == OTHER_KEY else None
            if number:
                return number
            await self._voice.say(WRONG)
        return None

    async def _keyed(self) -> str | None:
        digit = await self._keypad.ask(ASK, WAIT_S)
        digits = ""
        while digit and digit != END_KEY and len(digits) < LONGEST:
            digits += digit
            digit = await self._next_digit()
        return digits if _is_number(digits) else None

    async def _next_digit(self) -> str | None:
        try:
            return await asyncio.wait_for(self._leg.digits.get(), WAIT_S)
        except TimeoutError:
            return None


def _is_number(text: str | None) -> bool:
    digits = (text or "").removeprefix("+")
    return digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST
