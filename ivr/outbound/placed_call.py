"""A call that we place, top to bottom: dial, ring, answer, talk, end. Its row is there before the INVITE."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from desks.campaigns.attempts import Attempt
from ivr.answered_call import AnsweredCall, Cut
from ivr.books import Books
from ivr.journey import Journey
from ivr.outbound.endings import ending_unanswered
from ivr.outbound.outbound_books import OutboundBooks
from ivr.phone import CallAudio, Leg, LinePhone
from ivr.taping import Taping
from ivr.voice import Voice
from ledger.clock import now
from ledger.records import Ending, Facts
from ledger.states import FactKey, Place, Reason, Result
from sip_config.fields import Language
from sip_config.outbound import Outbound
from sip_config.plan import Plan
from sip_config.speech import LANGUAGES

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A person who has answered."""

    leg: Leg
    audio: CallAudio
    voice: Voice
    journey: Journey


class PlacedCall(ABC):
    """One attempt on one line. How it is held is the subclass's."""

    def __init__(
        self,
        *,
        plan: Plan,
        outbound: Outbound,
        phone: LinePhone,
        books: Books,
        outbound_books: OutboundBooks,
        attempt: Attempt,
    ) -> None:
        self._plan, self._outbound, self._phone = plan, outbound, phone
        self._books, self._outbound_books, self._attempt = books, outbound_books, attempt
        self._call_id, self._campaign = attempt.call_id, attempt.campaign
        self._leg: Leg | None = None
        self._meeting: Meeting | None = None
        self._operator: str | None = None  # who has talked
        self._facts: Facts = {}
        self._log = log.bind(call_id=attempt.call_id, campaign=attempt.campaign.id)

    async def place(self, taping: Taping) -> None:
        """Call the person; the call's row and the attempt say what came of it, whatever happens."""
        try:
            await self._place(taping)
        except asyncio.CancelledError:
            await self._end(Ending(result=Result.FAILED, reason=Reason.DRAINING), now())
        except Exception:
            log.exception("call_back_failed", call_id=self._call_id)
            await self._end(Ending(result=Result.FAILED, reason=Reason.INTERNAL_ERROR), now())
        finally:
            if self._leg:
                self._phone.dismiss(self._leg)

    async def _place(self, taping: Taping) -> None:
        uri = self._outbound.uri(self._attempt.person.number)
        self._leg = leg = self._phone.call_out(uri, shown=self._outbound.caller_id)
        if leg is None:
            await self._end(ending_unanswered(0, rang=False), now())
            return
        await self._outbound_books.dialled(self._call_id, leg.sip_call_id)
        if not await leg.is_answered(self._outbound.ring_s):
            await self._end_unanswered(leg)
            return
        audio = self._phone.listen_to(leg, taping.begin())
        language = self._language()
        self._facts[FactKey.LANGUAGE] = language
        voice = Voice(self._plan, audio, language)
        self._meeting = Meeting(leg=leg, audio=audio, voice=voice, journey=Journey())
        await self._hold(self._meeting, taping)

    def _language(self) -> Language:
        """The person's, where all that may be said is there in it; else the plan's: never both in a call."""
        own, wanted = self._plan.prompts.language, self._attempt.person.language
        language = next((one for one in LANGUAGES if one == wanted), own)
        return language if self._campaign.prompts <= self._plan.speech.said_in(language) else own

    async def _hold(self, meeting: Meeting, taping: Taping) -> None:
        call = AnsweredCall(
            call_id=self._call_id,
            leg=meeting.leg,
            audio=meeting.audio,
            journey=meeting.journey,
            facts=self._facts,
            taping=taping,
            limits=self._plan.limits,
        )
        ending, ended_at = await call.hold(
            partial(self._talk, meeting), books=self._books, ending_of=partial(self._cut_short, meeting)
        )
        await self._end(ending, ended_at)

    @abstractmethod
    async def _talk(self, meeting: Meeting) -> Ending:
        """The person's way, as long as the person stays."""

    @abstractmethod
    async def _let_go(self) -> None:
        """Nobody needs what the call held, be it answered or not. Harmless the second time."""

    def _cut_short(self, meeting: Meeting, cut: Cut, _after_s: float) -> Ending:
        place = meeting.journey.place
        if cut is Cut.DRAINING:
            return Ending(result=Result.FAILED, reason=Reason.DRAINING, place=place)
        if cut is Cut.TOO_LONG:
            return Ending(result=Result.SERVED, reason=Reason.TIME_LIMIT, place=place)
        reason = Reason.CALLER_VANISHED if meeting.leg.vanished else Reason.CALLER_HUNG_UP
        result = Result.SERVED if self._operator else Result.ABANDONED
        return Ending(result=result, reason=reason, place=place)

    async def _end_unanswered(self, leg: Leg) -> None:
        if leg.answered.is_set():  # and gone in the same moment
            ending = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.NOTICE)
        else:
            ending = ending_unanswered(leg.sip_status, rang=leg.rang)
        leg.hang_up()
        await self._end(ending, now())

    async def _end(self, ending: Ending, ended_at: datetime) -> None:
        await self._let_go()
        await self._outbound_books.ended(
            self._call_id,
            ending=ending,
            ended_at=ended_at,
            marks=self._meeting.journey.marks() if self._meeting else (),
            desk=self._campaign.desk,
            operator=self._operator,
            facts=self._facts,
        )
        self._log.info("call_back_ended", result=ending.result, reason=ending.reason, place=ending.place)
