"""The line's entries in the ledger. They run on one thread beside the loop, so that audio never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from ledger import calls, messages, operators
from ledger.clock import new_call_id
from ledger.database import Ledger
from ledger.records import Ending, Facts, Mark
from ledger.states import ChangedBy, OperatorState

Answer = TypeVar("Answer")


class Books:
    """What one line writes down. Entries keep their order."""

    def __init__(self, ledger: Ledger, line: str) -> None:
        self._ledger, self._line = ledger, line
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="books")

    async def run(self, work: Callable[[Ledger], Answer]) -> Answer:
        """Work with the ledger on the books' thread, in its turn."""
        # Shielded: a caller who hangs up must not leave an entry half made.
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, work, self._ledger))

    async def write(self, entry: Callable[[Session], Answer]) -> Answer:
        """One entry, one transaction."""

        def enter(ledger: Ledger) -> Answer:
            with ledger.transaction() as session:
                return entry(session)

        return await self.run(enter)

    async def open_call(self, *, hotline: str, caller: str | None, sip_call_id: str) -> str:
        """Give an INVITE its row; returns the call's id."""
        call_id = new_call_id()
        await self.write(
            lambda session: calls.add_call(
                session,
                call_id=call_id,
                hotline=hotline,
                sip_call_id=sip_call_id,
                caller=caller,
                line=self._line,
            )
        )
        return call_id

    async def answered(self, call_id: str, at: datetime) -> None:
        """The call was answered and is being recorded."""
        await self.write(lambda session: calls.mark_answered(session, call_id, at))

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
        """The call is over."""
        await self.write(
            lambda session: calls.mark_ended(
                session,
                call_id,
                ending=ending,
                ended_at=ended_at,
                marks=marks,
                desk=desk,
                operator=operator,
                queue_wait_s=queue_wait_s,
                facts=facts,
            )
        )

    async def message_left(self, call_id: str, *, desk: str, start_s: float, end_s: float) -> None:
        """The caller left a message."""
        await self.write(
            lambda session: messages.keep_voicemail(
                session, call_id=call_id, desk=desk, start_s=start_s, end_s=end_s
            )
        )

    async def call_back_asked(self, call_id: str, *, desk: str, number: str) -> None:
        """The caller wants to be called back."""
        await self.write(
            lambda session: messages.ask_call_back(session, call_id=call_id, desk=desk, number=number)
        )

    async def operator_dialled(self, number: str, wanted: OperatorState) -> None:
        """An operator's phone changes the operator's state. Raises Conflict."""
        await self.write(lambda session: operators.set_by_person(session, number, wanted, by=ChangedBy.PHONE))

    def close(self) -> None:
        """Wait for the last entry."""
        self._thread.shutdown()
