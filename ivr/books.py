"""A line's entries in the ledger, made by the clerk, so that audio never waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from ivr.clerk import ClerkLine, Entry, Office
from ledger import calls, canaries, lines, messages, operators
from ledger.clock import new_call_id
from ledger.records import Ending, Facts, Mark
from ledger.states import ChangedBy, LineState, OperatorState
from recorder.losses import answer_unrecorded

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An INVITE that has its row."""

    call_id: str
    is_canary: bool


class Books:
    """What one line writes down. Entries keep their order; they are functions that can be pickled."""

    def __init__(self, clerk: ClerkLine, process: str) -> None:
        self._clerk, self._process = clerk, process

    async def run(self, work: Callable[[Office], Answer]) -> Answer:
        """Let the clerk do something, in its turn."""
        answer: Answer = await self._clerk.ask(Entry(work=work))
        return answer

    async def write(self, entry: Callable[[Session], Answer], *, announces: str | None = None) -> Answer:
        """One entry, one transaction; then the workers are told of the call that is named, if any."""
        work = partial(_in_transaction, entry=entry)
        answer: Answer = await self._clerk.ask(Entry(work=work, announces=announces))
        return answer

    async def open_line(self, *, host: str, port: int, places: int) -> None:
        """The line answers from now on."""
        await self.write(
            partial(lines.enter_line, process=self._process, host=host, port=port, places=places)
        )

    async def line_is(self, state: LineState) -> None:
        """The line drains or is gone, as far as this process is the line."""
        await self.write(partial(lines.set_line_state, process=self._process, state=state))

    async def open_call(self, *, hotline: str, caller: str | None, sip_call_id: str) -> Opened:
        """Give an INVITE its row."""
        call_id = new_call_id()
        is_canary = await self.write(
            partial(
                canaries.open_call,
                call_id=call_id,
                hotline=hotline,
                sip_call_id=sip_call_id,
                caller=caller,
                line=self._process,
            )
        )
        return Opened(call_id=call_id, is_canary=is_canary)

    async def answered(self, call_id: str, at: datetime) -> None:
        """The call was answered and is being recorded."""
        await self.write(partial(calls.mark_answered, call_id=call_id, answered_at=at))

    async def answered_unrecorded(self, call_id: str, at: datetime, cause: str) -> None:
        """The call was answered and cannot be recorded."""
        await self.write(partial(answer_unrecorded, call_id=call_id, answered_at=at, cause=cause))

    async def ended(
        self,
        call_id: str,
        *,
        ending: Ending,
        ended_at: datetime,
        marks: tuple[Mark, ...] = (),
        desk: str | None = None,
        operator: str | None = None,
        queue_wait_s: float | None = None,
        facts: Facts | None = None,
    ) -> None:
        """The call is over: its recording waits to be sealed, if there is one."""
        course: dict[str, Any] = {"marks": marks, "desk": desk, "operator": operator, "facts": facts}
        await self.write(
            partial(
                calls.mark_ended,
                call_id=call_id,
                ending=ending,
                ended_at=ended_at,
                queue_wait_s=queue_wait_s,
                **course,
            ),
            announces=call_id,
        )

    async def message_left(self, call_id: str, *, desk: str, start_s: float, end_s: float) -> None:
        """The caller left a message."""
        await self.write(
            partial(messages.keep_voicemail, call_id=call_id, desk=desk, start_s=start_s, end_s=end_s)
        )

    async def call_back_asked(self, call_id: str, *, desk: str, number: str) -> None:
        """The caller wants to be called back."""
        await self.write(partial(messages.ask_call_back, call_id=call_id, desk=desk, number=number))

    async def operator_dialled(self, number: str, wanted: OperatorState) -> None:
        """An operator's phone changes the operator's state. Raises Conflict."""
        await self.write(partial(operators.set_by_person, number=number, wanted=wanted, by=ChangedBy.PHONE))

    async def close(self) -> None:
        """Wait for the last entry."""
        await self._clerk.close()


def _in_transaction(office: Office, *, entry: Callable[[Session], Answer]) -> Answer:
    with office.ledger.transaction() as session:
        return entry(session)
