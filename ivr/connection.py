"""Putting a caller through to the number that was read out: the line calls it and bridges both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from ivr.journey import Journey
from ivr.phone import CallAudio, Leg, LinePhone
from ivr.vigil import vigil
from ivr.voice import Voice
from ledger.directory_numbers import DirectoryNumber
from ledger.records import Facts, Mark
from ledger.states import FactKey, Place
from sip_config.outbound import Outbound
from sip_config.plan import Plan

BY_PLAN = "plan"  # who paused the recording, in the mark


class How(StrEnum):
    """What came of it: the fact `connected_how`."""

    RINGING = "ringing"  # the caller left before anybody answered
    TALKED = "talked"
    NO_ANSWER = "no_answer"
    NOT_REACHED = "not_reached"  # busy, refused, no such number, no way there


class Connection:
    """One caller's way out. `facts` are true at every moment: the caller may leave at any."""

    def __init__(
        self,
        *,
        plan: Plan,
        phone: LinePhone,
        audio: CallAudio,
        voice: Voice,
        journey: Journey,
        facts: Facts,
    ) -> None:
        self._phone, self._audio, self._voice = phone, audio, voice
        self._journey, self._settings, self._quiet_s = journey, plan.read_back, plan.limits.quiet_s
        self._facts = facts

    async def put_through(self, number: DirectoryNumber, outbound: Outbound) -> None:
        """Until one of both hangs up; whoever cannot be reached is told of in a sentence."""
        self._facts.update({FactKey.CONNECTED_NUMBER: number.digits, FactKey.CONNECTED_HOW: How.RINGING})
        with self._journey.at(Place.CONNECTED):
            await self._voice.say(self._settings.connecting)
            uri = outbound.uri(number.digits)
            leg = self._phone.call_out(uri, shown=outbound.caller_id, talks=True)
            try:
                how = await self._talk(leg, outbound.ring_s) if leg else How.NOT_REACHED
            finally:
                if leg:
                    self._phone.dismiss(leg)
            self._facts[FactKey.CONNECTED_HOW] = how
            if how is not How.TALKED:
                await self._voice.say(self._settings.not_connected)

    async def _talk(self, leg: Leg, ring_s: float) -> How:
        with self._voice.playing_music(self._settings.ringing):
            is_answered = await leg.is_answered(ring_s)
        if not is_answered:
            return How.NOT_REACHED if leg.gone.is_set() else How.NO_ANSWER
        self._facts[FactKey.CONNECTED_HOW] = How.TALKED
        with self._off_the_record(), self._audio.bridged(leg):
            async with vigil(leg, self._quiet_s):
                await leg.gone.wait()
        return How.TALKED

    @contextmanager
    def _off_the_record(self) -> Iterator[None]:
        """Unless the plan says so, nothing is recorded of people who were told nothing of a recording."""
        if self._settings.records_connected:
            yield
            return
        self._audio.pause_capture()
        start_s = round(self._journey.elapsed_s(), 3)
        try:
            yield
        finally:
            end_s = round(self._journey.elapsed_s(), 3)
            self._journey.keep(Mark(place=Place.PAUSED, start_s=start_s, end_s=end_s, detail=BY_PLAN))
            self._audio.resume_capture()
