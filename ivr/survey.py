"""The survey of every call (服务质量自动征询): one question after the conversation, and what became of it.

Facts of a call that was bridged:
- `survey_asked`: `yes` when the question was heard to its end or a mark answered it, `cut` when the caller
  left during it or a wrong key silenced it, `no` when it was not asked;
- `survey_why`, with `no`: `caller_hung_up`, `disabled`, `time_limit`, or `transferred`: the caller went on to
  another desk and nobody answered there;
- `survey_mark`: the key of the mark.
"""

from __future__ import annotations

import asyncio

from ivr.keypad import Keypad
from ivr.phone import Leg
from ivr.voice import Voice
from ledger.records import Facts
from ledger.states import FactKey
from sip_config.plan import Survey

TIMES = 2  # the question is asked again once, after a key that is no mark


class SurveyQuestion:
    """The question to one caller. `facts` is kept true at every moment: the caller may leave at any."""

    def __init__(self, survey: Survey, facts: Facts) -> None:
        self._survey, self._facts = survey, facts

    def expect(self) -> None:
        """The conversation begins: as long as it lasts, nothing was asked."""
        why = "caller_hung_up" if self._survey.enabled else "disabled"
        self._facts.update({FactKey.SURVEY_ASKED: "no", FactKey.SURVEY_WHY: why})

    def go_on(self) -> None:
        """The caller goes on to another desk: if nobody answers there, nothing was asked."""
        if self._survey.enabled:
            self._facts[FactKey.SURVEY_WHY] = "transferred"

    def time_is_up(self) -> None:
        """The call reached the plan's longest: whoever was not asked yet will not be."""
        if self._facts.get(FactKey.SURVEY_WHY) == "caller_hung_up":
            self._facts[FactKey.SURVEY_WHY] = "time_limit"

    async def ask(self, leg: Leg, keypad: Keypad, voice: Voice) -> None:
        """Ask, keep the mark, say thanks."""
        leg.forget_digits()
        self._facts.pop(FactKey.SURVEY_WHY, None)
        self._facts[FactKey.SURVEY_ASKED] = "cut"
        for _ in range(TIMES):
            key = await self._hear_key(leg, keypad)
            if key and self._survey.lowest <= key <= self._survey.highest:
                self._facts.update({FactKey.SURVEY_ASKED: "yes", FactKey.SURVEY_MARK: key})
                await voice.say(self._survey.thanks)
            if not key or FactKey.SURVEY_MARK in self._facts:
                return

    async def _hear_key(self, leg: Leg, keypad: Keypad) -> str | None:
        """The key that cut the question or came within `wait_s` after it."""
        key = await keypad.ask(self._survey.prompt, wait_s=0)
        if key:
            return key
        self._facts[FactKey.SURVEY_ASKED] = "yes"
        try:
            return await asyncio.wait_for(leg.digits.get(), self._survey.wait_s)
        except TimeoutError:
            return None
