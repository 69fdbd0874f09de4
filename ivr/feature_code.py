"""A call of an operator's phone that changes the operator's state (*60 ready, *61 away, *62 off)."""

from __future__ import annotations

import asyncio

import structlog

from ivr.books import Books
from ivr.phone import Incoming, Leg, LinePhone
from ivr.voice import Voice
from ledger.clock import now
from ledger.errors import HotlineError
from ledger.records import Ending
from ledger.states import FactKey, OperatorState, Place, Reason, Result
from sip_config.plan import Plan

UNCHANGED = "operator-unchanged"
PROMPTS = {
    OperatorState.IDLE: "operator-ready",
    OperatorState.AWAY: "operator-away",
    OperatorState.OFF: "operator-off",
}

log = structlog.get_logger(__name__)


def wanted_state(plan: Plan, dialled: str) -> OperatorState | None:
    """The state that a dialled number asks for; None where it is no feature code."""
    features = plan.features
    states = {
        features.ready: OperatorState.IDLE,
        features.away: OperatorState.AWAY,
        features.off: OperatorState.OFF,
    }
    return states.get(dialled)


class FeatureCall:
    """Sets the state, says so, hangs up. Nothing is recorded: no caller speaks here."""

    def __init__(
        self, *, plan: Plan, phone: LinePhone, books: Books, invite: Incoming, leg: Leg, call_id: str
    ) -> None:
        self._plan, self._phone, self._books = plan, phone, books
        self._leg, self._call_id = leg, call_id
        self._operator, self._wanted = invite.operator, wanted_state(plan, invite.number)

    async def serve(self) -> None:
        """Answer, change, confirm; the call's row says what came of it."""
        self._leg.answer()
        if not await self._leg.is_answered():
            ending = Ending(result=Result.FAILED, reason=Reason.NO_ACK)
            await self._books.ended(self._call_id, ending=ending, ended_at=now())
            return
        prompt = await self._change()
        await self._say(prompt)
        await self._books.ended(
            self._call_id,
            ending=Ending(result=Result.SERVED, reason=Reason.FEATURE_CODE, place=Place.ANNOUNCEMENT),
            ended_at=now(),
            operator=self._operator,
            facts={FactKey.FEATURE: prompt},
        )

    async def _change(self) -> str:
        """The prompt that tells what came of it."""
        assert self._operator is not None
        assert self._wanted is not None
        try:
            await self._books.operator_dialled(self._operator, self._wanted)
        except HotlineError as error:
            log.info("operator_unchanged", call_id=self._call_id, operator=self._operator, cause=str(error))
            return UNCHANGED
        log.info("operator_dialled", call_id=self._call_id, operator=self._operator, state=self._wanted)
        return PROMPTS[self._wanted]

    async def _say(self, prompt: str) -> None:
        """To the prompt's end or the operator's hang-up."""
        audio = self._phone.listen_to(self._leg, None)
        said = asyncio.create_task(Voice(self._plan, audio).say(prompt))
        gone = asyncio.create_task(self._leg.gone.wait())
        await asyncio.wait({said, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (said, gone):
            task.cancel()
        await asyncio.gather(said, gone, return_exceptions=True)
        await audio.close()
