"""A synthetic caller: dials a hotline, walks its menu, holds a dialogue, answers the survey."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from callers.dialogue import Dialogue, MenuStep
from callers.errors import CallOver, CallRefused, NoAnswer, NotHeard
from callers.phone import Phone
from callers.phone_call import CallEnd, PhoneCall
from callers.turns import Conversation, converse, load_sounds

log = structlog.get_logger(__name__)
PROMPT_WAIT_S = 15.0  # until a prompt begins
PROMPT_LONGEST_S = 60.0
PROMPT_QUIET_S = 1.0  # after this much quiet a prompt is over; sentences within one pause less
FAREWELL_S = 0.5  # between the last word and putting the phone down
LINGER_S = 3.0  # after the operator hung up, for a caller who answers no survey
END_WAIT_S = 30.0  # for the thanks after the survey


@dataclass(frozen=True, kw_only=True, slots=True)
class CallReport:
    """One call as the caller saw it."""

    dialogue: str
    number: str
    sip_call_id: str | None  # by which the ledger's row is found
    answered: bool
    status: int  # the last SIP status of the INVITE
    ending: CallEnd
    invite_to_ok_s: float | None
    first_audio_s: float | None  # from the 200
    talked_s: float  # from the answer to the end
    slots: int  # 20 ms slots that were due
    late_slots: int  # of them came more than 40 ms late or never
    missed_turns: tuple[int, ...] = ()  # turns of the operator that were not heard
    cut_at: int | None = None  # the turn in which the call ended
    survey_sent: bool = False
    problem: str | None = None  # the first thing that went otherwise than written

    @property
    def went_well(self) -> bool:
        """Whether the call went as its dialogue says."""
        return self.answered and not self.missed_turns and self.cut_at is None and self.problem is None


class SyntheticCaller:
    """Calls with one phone: the one that is given, or one of its own for each call."""

    def __init__(
        self,
        phone: Phone | None = None,
        *,
        host: str = "127.0.0.1",
        record_to: Path | None = None,
        answer_wait_s: float = 30.0,
        queue_wait_s: float = 90.0,  # from the last key to the operator's first word
    ) -> None:
        self._phone = phone
        self._host = host
        self._record_to = record_to
        self._answer_wait_s = answer_wait_s
        self._queue_wait_s = queue_wait_s

    async def run(
        self, dialogue: Dialogue, target_uri: str, number: str, sip_call_id: str | None = None
    ) -> CallReport:
        """Hold one dialogue. What goes wrong in it is told in the report. Raises PhoneError, MissingAsset."""
        load_sounds(dialogue)
        if self._phone is not None:
            return await self._run(self._phone, dialogue, target_uri, number, sip_call_id)
        async with Phone(self._host, user=number) as phone:
            return await self._run(phone, dialogue, target_uri, number, sip_call_id)

    async def _run(
        self, phone: Phone, dialogue: Dialogue, target_uri: str, number: str, sip_call_id: str | None
    ) -> CallReport:
        call = await phone.dial(target_uri, user=number, sip_call_id=sip_call_id)
        visit = _Visit(call, dialogue, self._queue_wait_s)
        try:
            await call.answered(self._answer_wait_s)
            await visit.walk()
        except (CallRefused, NoAnswer, NotHeard, CallOver) as error:
            visit.note(str(error))
        finally:
            await call.hang_up()
        if self._record_to is not None and call.media.answered_s is not None:
            call.record_to(self._record_to / f"{dialogue.id}-{number}")
        return visit.report(number)


class _Visit:
    """One call on its way from the menu to its end."""

    def __init__(self, call: PhoneCall, dialogue: Dialogue, queue_wait_s: float) -> None:
        self._call, self._dialogue, self._queue_wait_s = call, dialogue, queue_wait_s
        self._conversation = Conversation()
        self._survey_sent = False
        self._problem: str | None = None

    def note(self, problem: str) -> None:
        """Keep the first thing that went wrong."""
        self._problem = self._problem or problem

    async def walk(self) -> None:
        """Menu, conversation, survey, end. Raises CallOver, NotHeard, NoAnswer."""
        for step in self._dialogue.menu:
            await self._press(step)
        self._conversation = await converse(
            self._call, self._dialogue, "caller", first_wait_s=self._queue_wait_s
        )
        if self._conversation.cut_at is not None:
            self.note("the call ended in the middle of the conversation")
        elif self._dialogue.hang_up == "caller":
            await self._call.pause(FAREWELL_S)
        else:
            await self._stay_for_survey()

    async def _press(self, step: MenuStep) -> None:
        if step.after_s is not None:
            await self._call.pause(step.after_s)
        else:
            await self._hear_prompt()
        await self._call.send_digits(step.send, by=self._dialogue.dtmf)

    async def _hear_prompt(self) -> None:
        await self._call.wait_for_speech(PROMPT_WAIT_S)
        await self._call.wait_for_quiet(PROMPT_QUIET_S, PROMPT_LONGEST_S)

    async def _stay_for_survey(self) -> None:
        if self._dialogue.survey is None:
            try:
                await self._call.ended(LINGER_S)
            except NoAnswer:
                return  # nobody rang off: this caller does, without having answered
            return
        await self._hear_prompt()
        await self._call.send_digits(self._dialogue.survey, by=self._dialogue.dtmf)
        self._survey_sent = True
        await self._call.ended(END_WAIT_S)

    def report(self, number: str) -> CallReport:
        """The call so far."""
        call, slots = self._call, self._call.slots()
        return CallReport(
            dialogue=self._dialogue.id,
            number=number,
            sip_call_id=call.sip_call_id,
            answered=call.media.answered_s is not None,
            status=call.status,
            ending=call.end or CallEnd.FAILED,
            invite_to_ok_s=call.invite_to_ok_s,
            first_audio_s=call.first_audio_s,
            talked_s=call.talked_s,
            slots=slots.count,
            late_slots=slots.late,
            missed_turns=self._conversation.missed,
            cut_at=self._conversation.cut_at,
            survey_sent=self._survey_sent,
            problem=self._problem,
        )
