"""A call, top to bottom: ring, answer, notice, greeting, menu, desk, operator, survey, end."""

from __future__ import annotations

from datetime import datetime

import structlog

from ivr.answered_call import AnsweredCall, Cut
from ivr.books import Books
from ivr.course import Course
from ivr.desk_queue import NoSeat
from ivr.endings import ending_at_once
from ivr.fittings import Fittings
from ivr.journey import Journey
from ivr.operator_ring import Seat
from ivr.phone import Incoming, Leg, LinePhone
from ivr.taping import Taping
from ledger.clock import now
from ledger.conversations import Known
from ledger.records import Ending
from ledger.states import FactKey, Place, Reason, Result
from sip_config.desk import Desk
from sip_config.menu import Step
from sip_config.plan import Plan

MOST_OVERFLOWS = 3  # of one call: then the desk's `nobody` is said and the call ends
_GAVE_UP = {NoSeat.FULL: Reason.QUEUE_FULL, NoSeat.LATE: Reason.NO_OPERATOR}

log = structlog.get_logger(__name__)


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

    async def serve(self, taping: Taping) -> None:
        """Answer and serve the caller; the call's row says how it ended."""
        self._leg.ring()
        self._leg.answer()
        if not await self._leg.is_answered():
            await self._end_unanswered()
            return
        self._journey = Journey()
        self._audio = self._phone.listen_to(self._leg, taping.begin())
        self._meet = self._fittings(taping)
        call = AnsweredCall(
            call_id=self._call_id,
            leg=self._leg,
            audio=self._audio,
            journey=self._journey,
            facts=self._course.facts,
            taping=taping,
            limits=self._plan.limits,
        )
        ending, ended_at = await call.hold(self._walk, books=self._books, ending_of=self._cut_short)
        await self._end(ending, ended_at)

    def _fittings(self, taping: Taping) -> Fittings:
        return Fittings(
            plan=self._plan,
            phone=self._phone,
            books=self._books,
            invite=self._invite,
            leg=self._leg,
            call_id=self._call_id,
            audio=self._audio,
            journey=self._journey,
            course=self._course,
            taping=taping,
            known=self._known,
        )

    def _known(self) -> Known:
        """What an operator is shown who picks up now."""
        return Known(
            marks=self._journey.marks(),
            facts=dict(self._course.facts),
            language=self._meet.voice.language,
            waited_s=self._waited_s(),
        )

    async def _walk(self) -> Ending:
        """The caller's way, as long as the caller stays."""
        await self._welcome()
        step = await self._meet.menus.walk()
        try:
            while True:
                outcome = await self._take(step)
                if isinstance(outcome, Ending):
                    return outcome
                step = await self._meet.menus.walk(outcome)
        finally:
            await self._meet.queue.release()

    async def _take(self, step: Step) -> Ending | Step:
        """Where the menus have led, or a full or slow queue: how the call ends, or where it goes on."""
        if self._course.operator is None:  # then it is the desk of the first conversation
            self._course.desk = step.desk or step.voicemail or step.call_back or self._course.desk
        if step.kind == "desk":
            return await self._go_to_desk(step)
        if step.voicemail:
            await self._meet.voicemail.take(step.voicemail, self._plan.desk(step.voicemail).nobody)
            return self._message_left()
        if step.call_back:
            await self._meet.call_back.take(step.call_back)
            return self._call_back_asked()
        return self._menu_ended()

    async def _go_to_desk(self, step: Step) -> Ending | Step:
        desk_id = str(step.desk)
        if not self._plan.is_open(desk_id, now()):
            return await self._turn_away(desk_id)
        seat = await self._wait(step)
        if isinstance(seat, NoSeat):
            return await self._overflow(self._plan.desk(desk_id), seat)
        return await self._meet.visit.talk(seat, desk_id)

    async def _welcome(self) -> None:
        """The recording notice, always; the greeting, unless a key was pressed already."""
        with self._journey.at(Place.NOTICE, self._plan.notice):
            await self._meet.voice.say(self._plan.notice)
        if self._leg.digits.empty():
            with self._journey.at(Place.NOTICE, self._number.greeting):
                await self._greet()

    async def _greet(self) -> None:
        key = await self._meet.keypad.ask(self._number.greeting, wait_s=0)
        if key:
            self._leg.digits.put_nowait(key)  # the menu takes it

    async def _wait(self, step: Step) -> Seat | NoSeat:
        """The waits at all desks are added up, also where the caller leaves in the middle."""
        self._waits_since_s = self._journey.elapsed_s()
        try:
            with self._journey.at(Place.QUEUE, str(step.desk)):
                return await self._meet.queue.wait_for_operator(step, self._meet.voice)
        finally:
            self._course.queue_wait_s = self._waited_s()

    def _waited_s(self) -> float:
        waits_s = self._journey.elapsed_s() - self._waits_since_s
        return round((self._course.queue_wait_s or 0.0) + waits_s, 3)

    async def _turn_away(self, desk_id: str) -> Ending:
        closed = self._plan.desk(desk_id).closed
        with self._journey.at(Place.ANNOUNCEMENT, closed):
            await self._meet.voice.say(closed)
        return Ending(result=Result.SERVED, reason=Reason.DESK_CLOSED, place=Place.ANNOUNCEMENT)

    async def _overflow(self, desk: Desk, why: NoSeat) -> Ending | Step:
        """What the plan says of a full or slow queue, as long as the call has not overflowed too often."""
        self._course.gave_up = _GAVE_UP[why]
        step = desk.when_full if why is NoSeat.FULL else desk.when_late
        self._course.overflows += 1
        if step is not None and self._course.overflows <= MOST_OVERFLOWS:
            return step
        with self._journey.at(Place.QUEUE, desk.nobody):
            await self._meet.voice.say(desk.nobody)
        return self._menu_ended()

    def _menu_ended(self) -> Ending:
        """The end of a way through the menus: a failure where the caller had wanted an operator."""
        place = self._journey.place
        if self._course.gave_up:
            return Ending(result=Result.FAILED, reason=self._course.gave_up, place=place)
        return Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=place)

    def _message_left(self) -> Ending:
        if not self._meet.voicemail.kept:
            return self._menu_ended()
        return Ending(result=Result.SERVED, reason=Reason.MESSAGE_LEFT, place=Place.VOICEMAIL)

    def _call_back_asked(self) -> Ending:
        if not self._meet.call_back.kept:
            return self._menu_ended()
        return Ending(result=Result.SERVED, reason=Reason.CALL_BACK_ASKED, place=Place.CALL_BACK)

    def _cut_short(self, cut: Cut, after_s: float) -> Ending:
        if cut is Cut.DRAINING:
            return Ending(result=Result.FAILED, reason=Reason.DRAINING, place=self._journey.place)
        return self._caller_left(after_s) if cut is Cut.LEFT else self._too_long()

    def _caller_left(self, left_after_s: float) -> Ending:
        if self._meet.voicemail.kept:
            return self._message_left()
        if self._meet.call_back.kept:
            return self._call_back_asked()
        place = self._journey.place
        reason = Reason.CALLER_VANISHED if self._leg.vanished else Reason.CALLER_HUNG_UP
        if self._course.operator is not None:
            return Ending(result=Result.SERVED, reason=reason, place=place)
        self._course.facts[FactKey.LEFT_AFTER_S] = str(int(left_after_s))
        return Ending(result=Result.ABANDONED, reason=reason, place=place)

    def _too_long(self) -> Ending:
        self._meet.survey.time_is_up()
        return Ending(result=Result.SERVED, reason=Reason.TIME_LIMIT, place=self._journey.place)

    async def _end_unanswered(self) -> None:
        ending = ending_at_once(self._leg)
        await self._books.ended(self._call_id, ending=ending, ended_at=now())
        self._log.info("call_unanswered", sip_status=self._leg.sip_status, reason=ending.reason)

    async def _end(self, ending: Ending, ended_at: datetime) -> None:
        course = self._course
        await self._books.ended(
            self._call_id,
            ending=ending,
            ended_at=ended_at,
            marks=self._journey.marks(),
            desk=course.desk,
            operator=course.operator,
            queue_wait_s=course.queue_wait_s,
            facts=course.facts,
        )
        self._log.info("call_ended", result=ending.result, reason=ending.reason, place=ending.place)
