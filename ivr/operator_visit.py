"""A caller's conversations with operators, and what follows each: the survey, the read-back, another desk."""

from __future__ import annotations

from ivr.conversation import Conversation
from ivr.course import Course
from ivr.desk_queue import DeskQueue
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.operator_ring import Seat
from ivr.phone import CallAudio, Leg
from ivr.read_back import ReadBack
from ivr.survey import SurveyQuestion
from ivr.voice import Voice
from ivr.wish_box import WishBox
from ledger.call_wishes import CallWish
from ledger.clock import now
from ledger.directory_numbers import DirectoryNumber, NoNumber
from ledger.records import Ending
from ledger.states import MENU, Place, Reason, Result, WishKind
from sip_config.menu import Step
from sip_config.plan import Plan


class OperatorVisit:
    """From the moment when an operator has picked up."""

    def __init__(
        self,
        *,
        plan: Plan,
        number: str,  # that was dialled
        leg: Leg,
        audio: CallAudio,
        keypad: Keypad,
        voice: Voice,
        journey: Journey,
        course: Course,
        queue: DeskQueue,
        wishes: WishBox,
        read_back: ReadBack,
        survey: SurveyQuestion,
    ) -> None:
        self._plan, self._number = plan, number
        self._leg, self._audio, self._keypad, self._voice = leg, audio, keypad, voice
        self._journey, self._course = journey, course
        self._queue, self._wishes = queue, wishes
        self._read_back, self._survey = read_back, survey

    async def talk(self, seat: Seat, desk_id: str) -> Ending | Step:
        """Until they part: how the call ends, or where the caller goes on."""
        if self._course.operator is None:  # whoever is asked first answers for the call (首问负责)
            self._course.desk, self._course.operator = desk_id, seat.number
        self._survey.expect()
        wish = await Conversation(
            plan=self._plan,
            audio=self._audio,
            journey=self._journey,
            wishes=self._wishes,
            seat=seat,
            may_follow=self._may_follow,
        ).hold()
        if wish is None:
            await self._queue.release()
            return await self._end(Reason.OPERATOR_HUNG_UP)
        if wish.kind is WishKind.TRANSFER:
            await self._queue.release()
            return await self._go_on(wish.detail)
        await self._queue.release(after=self._plan.read_back)
        await self._read_back.read(DirectoryNumber.read(wish.detail))
        return await self._end(Reason.NUMBER_READ)

    async def _end(self, reason: Reason) -> Ending:
        if self._plan.survey.enabled:
            with self._journey.at(Place.SURVEY):
                await self._survey.ask(self._leg, self._keypad, self._voice)
        return Ending(result=Result.SERVED, reason=reason, place=self._journey.place)

    async def _go_on(self, where: str) -> Step:
        """To another desk, whose queue the caller does not stand in from its very end, or to the menu."""
        self._survey.go_on()
        if where == MENU:
            return Step(menu=self._plan.numbers[self._number].menu)
        transfer = self._plan.transfer
        with self._journey.at(Place.ANNOUNCEMENT, transfer.prompt):
            await self._voice.say(transfer.prompt)
        return Step(desk=where, head_start_s=transfer.head_start_s)

    def _may_follow(self, wish: CallWish) -> bool:
        """Whether a caller can be handed over so."""
        if wish.kind is WishKind.TRANSFER:
            return wish.detail == MENU or (
                wish.detail in self._plan.desks and self._plan.is_open(wish.detail, now())
            )
        try:
            DirectoryNumber.read(wish.detail)
        except NoNumber:
            return False
        return True
