"""A synthetic operator (话务员): sits at a desk's address and speaks the operator's side of dialogues."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from callers.dialogue import Dialogue
from callers.errors import CallOver, NoAnswer
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import CallEnd
from callers.turns import converse, load_sounds

log = structlog.get_logger(__name__)
SETTLE_S = 0.5  # between picking up and speaking: the exchange has yet to join both legs
FAREWELL_S = 0.5  # between the last word and putting the phone down
LEAVE_S = 20.0  # how long the caller may take to hang up after the last turn


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorReport:
    """One call as the operator saw it."""

    operator: str
    number: str | None  # the caller's, as the exchange gave it
    dialogue: str | None  # None where the number was not expected
    answered: bool
    ending: CallEnd
    talked_s: float
    missed_turns: tuple[int, ...] = ()  # turns of the caller that were not heard
    cut_at: int | None = None  # the turn in which the call ended
    problem: str | None = None


class SyntheticOperator:
    """Answers one call at a time and plays the dialogue that is expected of the caller's number.

    Several operators may share one `dialogues` mapping: whoever gets the call finds its dialogue there.
    With `registrar` the phone registers there, by digest where a `password` is given.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        user: str = "8001",
        dialogues: MutableMapping[str, Dialogue] | None = None,
        *,
        answer_after_s: float = 0.5,
        registrar: str | None = None,
        password: str | None = None,
    ) -> None:
        self.phone = Phone(host, port, user, password=password)
        self.phone.on_invite = self._take
        self.dialogues: MutableMapping[str, Dialogue] = {} if dialogues is None else dialogues
        self.reports: list[OperatorReport] = []
        self._answer_after_s = answer_after_s
        self._registrar = registrar
        self.after_last_turn: Callable[[IncomingCall], Awaitable[None]] | None = None  # on the own page
        self._finished: asyncio.Queue[OperatorReport] = asyncio.Queue()
        self._busy = False

    async def __aenter__(self) -> Self:
        await self.phone.__aenter__()
        if self._registrar is not None:
            await self.phone.register(self._registrar)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.phone.__aexit__(kind, error, trace)

    @property
    def uri(self) -> str:
        """Where the exchange rings this operator."""
        return self.phone.uri

    def expect(self, number: str, dialogue: Dialogue) -> None:
        """Calls from `number` are to be held after `dialogue`. Raises MissingAsset, BadAsset."""
        load_sounds(dialogue)
        self.dialogues[number] = dialogue

    async def next_report(self, timeout_s: float = 60.0) -> OperatorReport:
        """Wait for the next call to end. Raises NoAnswer."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._finished.get()
        except TimeoutError as error:
            raise NoAnswer(f"no call of {self.phone.user} ended within {timeout_s:g} s") from error

    async def _take(self, call: IncomingCall) -> None:
        if self._busy:
            await call.reject(486)
            return
        self._busy = True
        try:
            report = await self._serve(call)
        finally:
            self._busy = False
        self.reports.append(report)
        self._finished.put_nowait(report)

    async def _serve(self, call: IncomingCall) -> OperatorReport:
        number = call.caller_number
        dialogue = self.dialogues.get(number or "")
        if dialogue is None:
            log.warning("unexpected_caller", operator=self.phone.user, number=number)
            await call.reject(480)
            return self._report(call, None, problem=f"no dialogue is expected of {number}")
        await call.ring()
        try:
            await call.ended(self._answer_after_s)
            return self._report(call, dialogue, problem="the caller was gone before the answer")
        except NoAnswer:  # still ringing: pick up
            await call.answer()
        return await self._talk(call, dialogue)

    async def _talk(self, call: IncomingCall, dialogue: Dialogue) -> OperatorReport:
        try:
            await call.pause(SETTLE_S)
        except CallOver:
            return self._report(call, dialogue, cut_at=0)
        conversation = await converse(call, dialogue, "operator", first_wait_s=0.0)
        if self.after_last_turn and not call.end:
            await self.after_last_turn(call)
        problem = None if call.end else await self._part(call, dialogue)
        return self._report(
            call, dialogue, missed=conversation.missed, cut_at=conversation.cut_at, problem=problem
        )

    async def _part(self, call: IncomingCall, dialogue: Dialogue) -> str | None:
        problem = None
        try:
            await call.ended(FAREWELL_S if dialogue.hang_up == "operator" else LEAVE_S)
        except NoAnswer:
            problem = None if dialogue.hang_up == "operator" else "the caller did not hang up"
        await call.hang_up()
        return problem

    def _report(
        self,
        call: IncomingCall,
        dialogue: Dialogue | None,
        *,
        missed: tuple[int, ...] = (),
        cut_at: int | None = None,
        problem: str | None = None,
    ) -> OperatorReport:
        return OperatorReport(
            operator=self.phone.user,
            number=call.caller_number,
            dialogue=dialogue.id if dialogue else None,
            answered=call.media.answered_s is not None,
            ending=call.end or CallEnd.FAILED,
            talked_s=call.talked_s,
            missed_turns=missed,
            cut_at=cut_at,
            problem=problem,
        )
