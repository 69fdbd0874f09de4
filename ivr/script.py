"""A call, top to bottom: ring, answer, notice, greeting, menu, desk, operator, survey, end."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from ivr.books import Books
from ivr.call_back import CallBackDesk
from ivr.collecting import Collecting
from ivr.course import Course
from ivr.desk_queue import DeskQueue, NoSeat, Seat
from ivr.endings import ending_at_once
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.menu import MenuWalk
from ivr.phone import Incoming, Leg, LinePhone
from ivr.queue_books import QueueBooks
from ivr.recording_pause import RecordingPause
from ivr.survey import SurveyQuestion
from ivr.taping import Taping
from ivr.vigil import vigil
from ivr.voice import Voice
from ivr.voicemail import VoicemailBox
from ledger.clock import now
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
        watching = asyncio.create_task(taping.watch(self._audio))
        self._set_up(taping)
        await taping.note_answer(self._books, self._call_id, self._audio.began_at)
        async with vigil(self._leg, self._plan.limits.quiet_s):
            ending, ended_at = await self._walk_until_someone_leaves()
        length_s = self._journey.elapsed_s()
        watching.cancel()
        await self._audio.close()
        self._course.facts.update(self._audio.packets_lost())
        taping.note_loss(self._journey, self._course.facts, length_s)
        await self._end(ending, ended_at)

    def _set_up(self, taping: Taping) -> None:
        """Everything that the caller may meet on the way."""
        self._voice = Voice(self._plan, self._audio, self._plan.language_of(self._invite.number))
        self._keypad = Keypad(self._leg, self._voice)
        collecting = Collecting(self._keypad, self._voice, self._journey, self._course.facts)
        self._menus = MenuWalk(
            plan=self._plan,
            number=self._invite.number,
            keypad=self._keypad,
            voice=self._voice,
            journey=self._journey,
            facts=self._course.facts,
            collecting=collecting,
        )
        caller, call_id = self._invite.caller, self._call_id
        books = QueueBooks(self._books, call_id)
        self._queue = DeskQueue(
            plan=self._plan, phone=self._phone, books=books, call_id=call_id, invite=self._invite
        )
        self._survey = SurveyQuestion(self._plan.survey, self._course.facts)
        self._voicemail = VoicemailBox(
            leg=self._leg,
            audio=self._audio,
            voice=self._voice,
            journey=self._journey,
            books=self._books,
            call_id=call_id,
            taping=taping,
            longest_s=self._plan.limits.longest_message_s,
        )
        self._call_back = CallBackDesk(
            leg=self._leg,
            keypad=self._keypad,
            collecting=collecting,
            voice=self._voice,
            journey=self._journey,
            books=self._books,
            call_id=call_id,
            caller=caller,
        )

    async def _walk(self) -> Ending:
        """The caller's way, as long as the caller stays."""
        await self._welcome()
        step = await self._menus.walk()
        try:
            while True:
                outcome = await self._take(step)
                if isinstance(outcome, Ending):
                    return outcome
                step = await self._menus.walk(outcome)
        finally:
            await self._queue.release()

    async def _take(self, step: Step) -> Ending | Step:
        """Where the menus have led, or a full or slow queue: how the call ends, or where it goes on."""
        self._course.desk = step.desk or step.voicemail or step.call_back or self._course.desk
        if step.kind == "desk":
            return await self._go_to_desk(step)
        if step.voicemail:
            await self._voicemail.take(step.voicemail, self._plan.desk(step.voicemail).nobody)
            return self._message_left()
        if step.call_back:
            await self._call_back.take(step.call_back)
            return self._call_back_asked()
        return self._menu_ended()

    async def _go_to_desk(self, step: Step) -> Ending | Step:
        desk_id = str(step.desk)
        if not self._plan.is_open(desk_id, now()):
            return await self._turn_away(desk_id)
        seat = await self._wait(step)
        if isinstance(seat, NoSeat):
            return await self._overflow(self._plan.desk(desk_id), seat)
        await self._talk(seat)
        await self._queue.release()
        await self._ask_survey()
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

    async def _wait(self, step: Step) -> Seat | NoSeat:
        """The waits at all desks are added up, also where the caller leaves in the middle."""
        since_s = self._journey.elapsed_s()
        try:
            with self._journey.at(Place.QUEUE, str(step.desk)):
                return await self._queue.wait_for_operator(step, self._voice)
        finally:
            waited_s = (self._course.queue_wait_s or 0.0) + self._journey.elapsed_s() - since_s
            self._course.queue_wait_s = round(waited_s, 3)

    async def _talk(self, seat: Seat) -> None:
        """Until the operator hangs up."""
        self._course.operator = seat.number
        self._survey.expect()
        pause = RecordingPause(
            plan=self._plan,
            audio=self._audio,
            journey=self._journey,
            books=self._books,
            call_id=self._call_id,
            operator=seat.number,
        )
        with self._journey.at(Place.OPERATOR, seat.number), self._audio.bridged(seat.leg):
            async with pause.watching(seat.leg), vigil(seat.leg, self._plan.limits.quiet_s):
                await seat.leg.gone.wait()

    async def _ask_survey(self) -> None:
        if self._plan.survey.enabled:
            with self._journey.at(Place.SURVEY):
                await self._survey.ask(self._leg, self._keypad, self._voice)

    async def _turn_away(self, desk_id: str) -> Ending:
        closed = self._plan.desk(desk_id).closed
        with self._journey.at(Place.ANNOUNCEMENT, closed):
            await self._voice.say(closed)
        return Ending(result=Result.SERVED, reason=Reason.DESK_CLOSED, place=Place.ANNOUNCEMENT)

    async def _overflow(self, desk: Desk, why: NoSeat) -> Ending | Step:
        """What the plan says of a full or slow queue, as long as the call has not overflowed too often."""
        self._course.gave_up = _GAVE_UP[why]
        step = desk.when_full if why is NoSeat.FULL else desk.when_late
        self._course.overflows += 1
        if step is not None and self._course.overflows <= MOST_OVERFLOWS:
            return step
        with self._journey.at(Place.QUEUE, desk.nobody):
            await self._voice.say(desk.nobody)
        return self._menu_ended()

    def _menu_ended(self) -> Ending:
        """The end of a way through the menus: a failure where the caller had wanted an operator."""
        place = self._journey.place
        if self._course.gave_up:
            return Ending(result=Result.FAILED, reason=self._course.gave_up, place=place)
        return Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=place)

    def _message_left(self) -> Ending:
        if not self._voicemail.kept:
            return self._menu_ended()
        return Ending(result=Result.SERVED, reason=Reason.MESSAGE_LEFT, place=Place.VOICEMAIL)

    def _call_back_asked(self) -> Ending:
        if not self._call_back.kept:
            return self._menu_ended()
        return Ending(result=Result.SERVED, reason=Reason.CALL_BACK_ASKED, place=Place.CALL_BACK)

    async def _walk_until_someone_leaves(self) -> tuple[Ending, datetime]:
        """Also until the line cancels us because it stops: an end like others, and the row says so."""
        walk = asyncio.create_task(self._walk())
        gone = asyncio.create_task(self._leg.gone.wait())
        longest_s = self._plan.limits.longest_call_s
        try:
            await asyncio.wait({walk, gone}, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            walk.cancel()
            await asyncio.wait({walk})
            ending = Ending(result=Result.FAILED, reason=Reason.DRAINING, place=self._journey.place)
            return ending, self._audio.end()
        finally:
            gone.cancel()
        ended_at = self._audio.end()
        if walk.done():
            return self._outcome(walk), ended_at
        left, left_after_s = self._leg.gone.is_set(), self._journey.elapsed_s()
        walk.cancel()
        await asyncio.wait({walk})  # a message that the caller was leaving is kept meanwhile
        return self._caller_left(left_after_s) if left else self._too_long(), ended_at

    def _outcome(self, walk: asyncio.Task[Ending]) -> Ending:
        cause = walk.exception()
        if cause is None:
            return walk.result()
        self._log.error("call_failed", exc_info=cause)
        return Ending(result=Result.FAILED, reason=Reason.INTERNAL_ERROR, place=self._journey.place)

    def _caller_left(self, left_after_s: float) -> Ending:
        if self._voicemail.kept:
            return self._message_left()
        if self._call_back.kept:
            return self._call_back_asked()
        place = self._journey.place
        reason = Reason.CALLER_VANISHED if self._leg.vanished else Reason.CALLER_HUNG_UP
        if place in {Place.OPERATOR, Place.SURVEY}:
            return Ending(result=Result.SERVED, reason=reason, place=place)
        self._course.facts[FactKey.LEFT_AFTER_S] = str(int(left_after_s))
        return Ending(result=Result.ABANDONED, reason=reason, place=place)

    def _too_long(self) -> Ending:
        self._survey.time_is_up()
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
