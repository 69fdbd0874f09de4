"""Everything that one caller may meet on the way, put together once the call is answered."""

from __future__ import annotations

from collections.abc import Callable

from ivr.books import Books
from ivr.call_back import CallBackDesk
from ivr.collecting import Collecting
from ivr.connection import Connection
from ivr.course import Course
from ivr.desk_queue import DeskQueue
from ivr.journey import Journey
from ivr.keypad import Keypad
from ivr.menu import MenuWalk
from ivr.operator_visit import OperatorVisit
from ivr.phone import CallAudio, Incoming, Leg, LinePhone
from ivr.queue_books import QueueBooks
from ivr.read_back import ReadBack
from ivr.survey import SurveyQuestion
from ivr.taping import Taping
from ivr.ticket_states import TicketBooks, TicketTelling
from ivr.voice import Voice
from ivr.voicemail import VoicemailBox
from ivr.wish_box import WishBox
from ledger.conversations import Known
from sip_config.plan import Plan


class Fittings:
    """`voice` and `keypad`, `menus`, `queue`, `visit` (of operators), `survey`, `voicemail`, `call_back`."""

    def __init__(
        self,
        *,
        plan: Plan,
        phone: LinePhone,
        books: Books,
        invite: Incoming,
        leg: Leg,
        call_id: str,
        audio: CallAudio,
        journey: Journey,
        course: Course,
        taping: Taping,
        known: Callable[[], Known],
    ) -> None:
        self.voice = Voice(plan, audio, plan.language_of(invite.number))
        self.keypad = Keypad(leg, self.voice)
        collecting = Collecting(self.keypad, self.voice, journey, course.facts)
        telling = TicketTelling(
            plan, TicketBooks(books, call_id, invite.caller), self.voice, journey, course.facts
        )
        self.menus = MenuWalk(
            plan=plan,
            number=invite.number,
            keypad=self.keypad,
            voice=self.voice,
            journey=journey,
            facts=course.facts,
            collecting=collecting,
            telling=telling,
        )
        self.queue = DeskQueue(
            plan=plan,
            phone=phone,
            books=QueueBooks(books, call_id),
            call_id=call_id,
            invite=invite,
            known=known,
        )
        self.survey = SurveyQuestion(plan.survey, course.facts)
        connection = Connection(
            plan=plan,
            phone=phone,
            audio=audio,
            voice=self.voice,
            journey=journey,
            facts=course.facts,
        )
        read_back = ReadBack(
            plan=plan,
            leg=leg,
            keypad=self.keypad,
            voice=self.voice,
            journey=journey,
            facts=course.facts,
            connection=connection,
        )
        self.visit = OperatorVisit(
            plan=plan,
            number=invite.number,
            leg=leg,
            audio=audio,
            keypad=self.keypad,
            voice=self.voice,
            journey=journey,
            course=course,
            queue=self.queue,
            wishes=WishBox(books, call_id),
            read_back=read_back,
            survey=self.survey,
        )
        self.voicemail = VoicemailBox(
            leg=leg,
            audio=audio,
            voice=self.voice,
            journey=journey,
            books=books,
            call_id=call_id,
            taping=taping,
            longest_s=plan.limits.longest_message_s,
        )
        self.call_back = CallBackDesk(
            leg=leg,
            keypad=self.keypad,
            collecting=collecting,
            voice=self.voice,
            journey=journey,
            books=books,
            call_id=call_id,
            caller=invite.caller,
        )
