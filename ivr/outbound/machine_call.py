"""A call-back by machine: who calls, the questions, each answered by key, thanks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desks.campaigns.questions import Question
from desks.campaigns.sayings import BARRED, NOTICE, SILENT, THANKS, WRONG
from ivr.keypad import Keypad
from ivr.outbound.placed_call import Meeting, PlacedCall
from ivr.phone import CallAudio
from ivr.voicemail import LOOK_S, SPEECH_LEVEL
from ledger.records import Ending
from ledger.states import Place, Reason, Result

OPT_OUT_KEY = "9"


class _OptedOut(Exception):
    """The person pressed the key that asks not to be called again."""


class MachineCall(PlacedCall):
    """Every answer is kept as it is given: a person who hangs up leaves what was answered."""

    _answered = _pressed = _spoke = False

    async def _let_go(self) -> None:
        """Nobody is held."""

    async def _talk(self, meeting: Meeting) -> Ending:
        keypad = Keypad(meeting.leg, meeting.voice)
        async with self._hearing_speech(meeting.audio):
            try:
                await self._welcome(meeting, keypad)
                await self._ask_all(meeting, keypad)
            except _OptedOut:
                return await self._opt_out(meeting)
        if not self._answered:
            return Ending(result=Result.SERVED, reason=Reason.NO_RESPONSE, place=meeting.journey.place)
        await _say(meeting, Place.ANNOUNCEMENT, THANKS)
        return Ending(result=Result.SERVED, reason=Reason.QUESTIONS_ENDED, place=Place.ANNOUNCEMENT)

    async def _welcome(self, meeting: Meeting, keypad: Keypad) -> None:
        """Who calls and that it is recorded, which no key cuts; then what for."""
        await _say(meeting, Place.NOTICE, NOTICE)
        while not meeting.leg.digits.empty():
            self._check(meeting.leg.digits.get_nowait())
        with meeting.journey.at(Place.NOTICE, self._campaign.greeting):
            self._check(await keypad.ask(self._campaign.greeting, wait_s=0))

    async def _ask_all(self, meeting: Meeting, keypad: Keypad) -> None:
        for question in self._campaign.questions:
            meeting.leg.forget_digits()
            with meeting.journey.at(Place.QUESTION, question.id):
                await self._ask(question, meeting, keypad)
            if not self._pressed and not self._spoke:
                return  # nobody is there: further questions would only cost

    async def _ask(self, question: Question, meeting: Meeting, keypad: Keypad) -> None:
        for tries_left in reversed(range(question.tries)):
            key = await keypad.ask(question.prompt, question.wait_s)
            meeting.journey.note(Place.QUESTION, f"{question.id}: {key or 'silence'}")
            self._check(key)
            if key and question.answer(key):
                self._answered = True
                await self._outbound_books.answer(self._call_id, question.id, key)
                return
            if tries_left:
                await meeting.voice.say(WRONG if key else SILENT)

    def _check(self, key: str | None) -> None:
        self._pressed = self._pressed or key is not None
        if key == OPT_OUT_KEY:
            raise _OptedOut

    async def _opt_out(self, meeting: Meeting) -> Ending:
        await self._outbound_books.opt_out(self._call_id)
        await _say(meeting, Place.ANNOUNCEMENT, BARRED)
        return Ending(result=Result.SERVED, reason=Reason.OPTED_OUT, place=Place.ANNOUNCEMENT)

    @asynccontextmanager
    async def _hearing_speech(self, audio: CallAudio) -> AsyncIterator[None]:
        """Note whether the person, or a machine, is heard while the block runs."""
        task = asyncio.create_task(self._hear(audio))
        try:
            yield
        finally:
            task.cancel()

    async def _hear(self, audio: CallAudio) -> None:
        while not self._spoke:
            self._spoke = audio.caller_level() >= SPEECH_LEVEL
            await asyncio.sleep(LOOK_S)


async def _say(meeting: Meeting, place: Place, prompt: str) -> None:
    with meeting.journey.at(place, prompt):
        await meeting.voice.say(prompt)
