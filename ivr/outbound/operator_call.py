"""A call-back by an operator, who was reserved before anybody was called.

The operator's phone rings while the person hears who calls and that it is recorded: both talk right after the
notice, and no operator's phone rings for somebody who does not answer.
"""

from __future__ import annotations

import asyncio

from desks.campaigns.sayings import NOBODY, NOTICE, WAIT
from ivr.conversation import Conversation
from ivr.operator_ring import OperatorRing, Seat
from ivr.outbound.placed_call import Meeting, PlacedCall
from ivr.queue_books import QueueBooks
from ivr.wish_box import WishBox
from ledger.conversations import Known
from ledger.records import Ending
from ledger.states import Place, QueueOutcome, Reason, Result
from sip_config.desk import Desk


class OperatorCall(PlacedCall):
    """The operator is let go as soon as the person does not answer, or the conversation is over."""

    _ring: OperatorRing | None = None
    _is_let_go = False

    async def _talk(self, meeting: Meeting) -> Ending:
        self._ring = ring = self._operator_ring(meeting)
        number, desk_id = str(self._attempt.operator), self._campaign.desk
        ringing = asyncio.create_task(ring.ring(number, self._desk, desk_id))
        try:
            with meeting.journey.at(Place.NOTICE, NOTICE):
                await meeting.voice.say(NOTICE)
            if not ringing.done():
                with meeting.journey.at(Place.QUEUE, desk_id):
                    await self._entertain(meeting, ringing)
            seat = await ringing
        finally:
            ringing.cancel()
        if seat is None:
            with meeting.journey.at(Place.ANNOUNCEMENT, NOBODY):
                await meeting.voice.say(NOBODY)
            return Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.ANNOUNCEMENT)
        await self._bridge(meeting, seat)
        return Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.OPERATOR)

    async def _entertain(self, meeting: Meeting, ringing: asyncio.Task[Seat | None]) -> None:
        """Until the operator has picked up, or has not."""
        said = asyncio.create_task(meeting.voice.say(WAIT))
        try:
            await asyncio.wait({said, ringing}, return_when=asyncio.FIRST_COMPLETED)
            if not ringing.done():
                with meeting.voice.playing_music(self._desk.hold_music):
                    await asyncio.wait({ringing})
        finally:
            said.cancel()
            await asyncio.gather(said, return_exceptions=True)

    def _operator_ring(self, meeting: Meeting) -> OperatorRing:
        def known() -> Known:
            marks, language = meeting.journey.marks(), meeting.voice.language
            return Known(marks=marks, facts={}, language=language, waited_s=0.0)

        return OperatorRing(
            phone=self._phone,
            books=self._queue_books,
            call_id=self._call_id,
            caller=self._attempt.person.number,
            known=known,
        )

    async def _bridge(self, meeting: Meeting, seat: Seat) -> None:
        self._operator = seat.number
        await Conversation(
            plan=self._plan,
            audio=meeting.audio,
            journey=meeting.journey,
            wishes=WishBox(self._books, self._call_id),
            seat=seat,
            may_follow=lambda _: False,  # somebody whom we have called is handed over to nobody
        ).hold()

    async def _let_go(self) -> None:
        if self._is_let_go:
            return
        self._is_let_go = True
        if self._ring:
            self._ring.hang_up()
        await self._queue_books.leave(
            QueueOutcome.ABANDONED,
            operator=self._attempt.operator,
            wrap_up_s=self._desk.wrap_up_s,
            reason=None,
        )

    @property
    def _desk(self) -> Desk:
        return self._plan.desk(self._campaign.desk)

    @property
    def _queue_books(self) -> QueueBooks:
        return QueueBooks(self._books, self._call_id)
