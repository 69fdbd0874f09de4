"""Asking to be called back (回电): at the number that the caller calls from, or at another one."""

from __future__ import annotations

from ivr.books import Books
from ivr.collecting import Collecting
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.phone import Leg
from ivr.voice import Voice
from ledger.states import Place
from sip_config.collection import Collection

OFFER, KEPT, WRONG = "call-back-offer", "call-back-kept", "wrong-key"
THIS_KEY, OTHER_KEY = "1", "2"
WAIT_S = 5.0  # after the offer
TRIES = 3
SHORTEST, LONGEST = 5, 15  # digits of a number that can be called
ASKED = Collection(
    fact="call_back_number",
    prompt="call-back-number",
    shortest=SHORTEST,
    longest=LONGEST,
    tries=TRIES,
    confirm="confirm-digits",
)


class CallBackDesk:
    """Takes one caller's wish. `kept` says whether there is a number to call."""

    def __init__(
        self,
        *,
        leg: Leg,
        keypad: Keypad,
        collecting: Collecting,
        voice: Voice,
        journey: Journey,
        books: Books,
        call_id: str,
        caller: str | None,
    ) -> None:
        self._leg, self._keypad, self._voice, self._journey = leg, keypad, voice, journey
        self._collecting = collecting
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
        if own is None:
            return await self._keyed()
        for _ in range(TRIES):
            key = await self._keypad.ask(OFFER, WAIT_S, {"number": own})
            if key == THIS_KEY:
                return own
            if key == OTHER_KEY:
                return await self._keyed()
            await self._voice.say(WRONG)
        return None

    async def _keyed(self) -> str | None:
        return await self._collecting.collect(ASKED.prompt, ASKED, Place.CALL_BACK)


def _is_number(text: str | None) -> bool:
    digits = (text or "").removeprefix("+")
    return digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST
