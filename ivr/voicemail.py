"""Leaving a message (留言) for a desk. Its audio is the call's own recording; the row says where.

So a call that is not recorded takes no message: its caller hears what the desk says when nobody is there.
"""

from __future__ import annotations

import asyncio

from ivr.books import Books
from ivr.journey import Journey
from ivr.phone import CallAudio, Leg
from ivr.taping import Taping
from ivr.voice import Voice
from ledger.states import Place

PROMPT, BEEP, KEPT = "voicemail-please", "beep", "message-kept"
END_KEY = "#"
SILENCE_S = 4.0  # ends a message
LOOK_S = 0.1  # how often the caller's level is read
SPEECH_LEVEL = 20  # about -45 dBFS on the scale of CallAudio.caller_level


class VoicemailBox:
    """Takes one caller's message. `kept` says that all of it was: also where the caller hung up to end it."""

    def __init__(
        self,
        *,
        leg: Leg,
        audio: CallAudio,
        voice: Voice,
        journey: Journey,
        books: Books,
        call_id: str,
        taping: Taping,
        longest_s: float,
    ) -> None:
        self._leg, self._audio, self._voice, self._journey = leg, audio, voice, journey
        self._books, self._call_id, self._taping, self._longest_s = books, call_id, taping, longest_s
        self._spoken_at_s: float | None = None  # when the caller was last heard
        self.kept = False

    async def take(self, desk_id: str, nobody: str) -> None:
        """Take a message and say that it is kept, or say `nobody`, the desk's prompt, where it cannot be."""
        if self._taping.runs:
            await self._hear_message(desk_id)
        if self.kept:
            await self._announce(KEPT)
        elif not self._taping.runs:
            await self._announce(nobody)

    async def _hear_message(self, desk_id: str) -> None:
        """Ask, beep, listen until a long silence, `#`, the longest message or the end of call or capture."""
        await self._announce(PROMPT, BEEP)
        self._leg.forget_digits()
        with self._journey.at(Place.VOICEMAIL, desk_id):
            start_s = self._journey.elapsed_s()
            try:
                await self._listen()
            finally:
                await self._keep(desk_id, start_s)

    async def _announce(self, *prompts: str) -> None:
        with self._journey.at(Place.ANNOUNCEMENT, prompts[0]):
            for prompt in prompts:
                await self._voice.say(prompt)

    async def _listen(self) -> None:
        since_s = self._journey.elapsed_s()
        while self._taping.runs and not self._is_finished(since_s):
            if self._audio.caller_level() >= SPEECH_LEVEL:
                self._spoken_at_s = self._journey.elapsed_s()
            await asyncio.sleep(LOOK_S)

    def _is_finished(self, since_s: float) -> bool:
        now_s = self._journey.elapsed_s()
        silent_s = now_s - (self._spoken_at_s or since_s)
        return self._is_end_pressed() or silent_s >= SILENCE_S or now_s - since_s >= self._longest_s

    def _is_end_pressed(self) -> bool:
        pressed = []
        while not self._leg.digits.empty():
            pressed.append(self._leg.digits.get_nowait())
        return END_KEY in pressed

    async def _keep(self, desk_id: str, start_s: float) -> None:
        """A row, unless nothing was said at all; of what was captured, where the capture stopped in it."""
        if self._spoken_at_s is None:
            return
        self.kept = self._taping.runs
        await self._books.message_left(
            self._call_id,
            desk=desk_id,
            start_s=round(start_s, 3),
            end_s=round(self._journey.elapsed_s(), 3),
        )
