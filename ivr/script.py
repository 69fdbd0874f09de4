"""A call, top to bottom: ring, answer, notice, greeting, menu, desk, operator, survey, end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from ivr.books import Books
from ivr.desk_queue import DeskQueue, Seat
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.menu import MenuWalk
from ivr.phone import Incoming, Leg, LinePhone
from ivr.voice import Voice
from ledger.clock import now
from ledger.records import Ending, Facts
from ledger.states import Place, Reason, Result
from recorder.capture import Capture
from sip_config.plan import Plan

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Course:
    """What is known of a call by its end."""

    desk: str | None = None
    operator: str | None = None
    queue_wait_s: float | None = None
    facts: Facts = field(default_factory=dict)


class CallScript:
    """One caller's call on one line."""

    def __init__(
        self, *, plan: Plan, phone: LinePhone, books: Books, invite: Incoming, leg: Leg, call_id: str
    ) -> None:
        self._plan, self._phone, self._books = plan, phone, books
        self._invite, self._leg, self._call_id = invite, leg, call_id
        self._number = plan.numbers[invite.number]
        self._course = Course()
        self._log = log.bind(call_id=call_id)

    async def serve(self, capture: Capture) -> None:
        """Answer and serve the caller; the call's row says how it ended."""
        self._leg.ring()
        self._leg.answer()
        if not await self._leg.is_answered():
            await self._end_unanswered()
            return
        self._journey = Journey()
        self._audio = self._phone.listen_to(self._leg, capture)
        self._voice = Voice(self._plan, self._audio, self._plan.language_of(self._invite.number))
        self._keypad = Keypad(self._leg, self._voice)
        await self._books.answered(self._call_id, now())
        ending = await self._walk_until_someone_leaves()
        self._audio.close()
        await self._end(ending)

    async def _walk(self) -> Ending:
        """The caller's way, as long as the caller stays."""
        await self._welcome()
        step = await MenuWalk(
            plan=self._plan,
            number=self._invite.number,
            keypad=self._keypad,
            voice=self._voice,
            journey=self._journey,
            facts=self._course.facts,
        ).walk()
        if step.desk is None:
            return Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=self._journey.place)
        self._course.desk = step.desk
        if not self._plan.is_open(step.desk, now()):
            return await self._turn_away(step.desk)
        queue = DeskQueue(self._plan, self._phone, self._books, self._call_id, self._invite.caller)
        try:
            seat = await self._wait(queue, step.desk)
            if seat is None:
                return await self._give_up(step.desk)
            await self._talk(seat)
        finally:
            await queue.release()
        await self._survey()
        return Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=self._journey.place)

    async def _welcome(self) -> None:
        """The recording notice, always; the greeting, unless a key was pressed already."""
        with self._journey.at(Place.NOTICE, self._plan.notice):
            await self._voice.say(self._plan.notice)
        if self._leg.digits.empty():
            with self._journey.at(Place.NOTICE, self._number.greeting):
                await self._greet()

    async def _greet(self) -> None:
        key = await self._keypad.ask(self._number.greeting, wait_s=0)
        if key:
            self._leg.digits.put_nowait(key)  # the menu takes it

    async def _wait(self, queue: DeskQueue, desk_id: str) -> Seat | None:
        since_s = self._journey.elapsed_s()
        with self._journey.at(Place.QUEUE, desk_id):
            seat = await queue.wait_for_operator(desk_id, self._voice)
        self._course.queue_wait_s = round(self._journey.elapsed_s() - since_s, 3)
        return seat

    async def _talk(self, seat: Seat) -> None:
        """Until the operator hangs up."""
        self._course.operator = seat.number
        with self._journey.at(Place.OPERATOR, seat.number), self._audio.bridged(seat.leg):
            await seat.leg.gone.wait()

    async def _survey(self) -> None:
        survey = self._plan.survey
        if not survey.enabled:
            return
        self._leg.forget_digits()
        self._course.facts["survey_asked"] = "yes"
        with self._journey.at(Place.SURVEY):
            key = await self._keypad.ask(survey.prompt, survey.wait_s)
            if key and survey.lowest <= key <= survey.highest:
                self._course.facts["survey_mark"] = key
                await self._voice.say(survey.thanks)

    async def _turn_away(self, desk_id: str) -> Ending:
        closed = self._plan.desk(desk_id).closed
        with self._journey.at(Place.ANNOUNCEMENT, closed):
            await self._voice.say(closed)
        return Ending(result=Result.SERVED, reason=Reason.DESK_CLOSED, place=Place.ANNOUNCEMENT)

    async def _give_up(self, desk_id: str) -> Ending:
        await self._voice.say(self._plan.desk(desk_id).nobody)
        return Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.QUEUE)

    async def _walk_until_someone_leaves(self) -> Ending:
        walk = asyncio.create_task(self._walk())
        gone = asyncio.create_task(self._leg.gone.wait())
        longest_s = self._plan.limits.longest_call_s
        await asyncio.wait({walk, gone}, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if walk.done():
            return self._outcome(walk)
        ending = self._caller_left() if self._leg.gone.is_set() else self._too_long()
        walk.cancel()
        await asyncio.wait({walk})
        return ending

    def _outcome(self, walk: asyncio.Task[Ending]) -> Ending:
        cause = walk.exception()
        if cause is None:
            return walk.result()
        self._log.error("call_failed", exc_info=cause)
        return Ending(result=Result.FAILED, reason=Reason.INTERNAL_ERROR, place=self._journey.place)

    def _caller_left(self) -> Ending:
        served = self._journey.place in {Place.OPERATOR, Place.SURVEY}
        result = Result.SERVED if served else Result.ABANDONED
        return Ending(result=result, reason=Reason.CALLER_HUNG_UP, place=self._journey.place)

    def _too_long(self) -> Ending:
        return Ending(result=Result.SERVED, reason=Reason.TIME_LIMIT, place=self._journey.place)

    async def _end_unanswered(self) -> None:
        ending = ending_without_answer(self._leg.sip_status)
        await self._books.ended(self._call_id, ending=ending, ended_at=now())
        self._log.info("call_unanswered", sip_status=self._leg.sip_status, reason=ending.reason)

    async def _end(self, ending: Ending) -> None:
        course = self._course
        await self._books.ended(
            self._call_id,
            ending=ending,
            ended_at=now(),
            marks=self._journey.marks(),
            desk=course.desk,
            operator=course.operator,
            queue_wait_s=course.queue_wait_s,
            facts=course.facts,
        )
        self._log.info("call_ended", result=ending.result, reason=ending.reason, place=ending.place)


def ending_without_answer(sip_status: int) -> Ending:
    """How an INVITE ended that we meant to answer, by the dialog's last status."""
    if sip_status == 487:
        return Ending(result=Result.ABANDONED, reason=Reason.CANCELLED)
    if sip_status in {406, 415, 488}:
        return Ending(result=Result.REFUSED, reason=Reason.BAD_REQUEST)
    return Ending(result=Result.FAILED, reason=Reason.NO_ACK)
