"""The line's entries in the ledger. They run on one thread beside the loop, so that audio never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from ledger import calls, operators
from ledger.clock import new_call_id
from ledger.database import Ledger
from ledger.records import Ending, Facts, Mark
from ledger.states import OperatorState

Answer = TypeVar("Answer")


class Books:
    """What one line writes down. Entries keep their order."""

    def __init__(self, ledger: Ledger, line: str) -> None:
        self._ledger, self._line = ledger, line
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="books")

    async def _write(self, entry: Callable[[Session], Answer]) -> Answer:
        # Shielded: a caller who hangs up must not leave an entry half made.
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, self._enter, entry))

    def _enter(self, entry: Callable[[Session], Answer]) -> Answer:
        with self._ledger.transaction() as session:
            return entry(session)

    async def open_call(self, *, hotline: str, caller: str | None, sip_call_id: str) -> str:
        """Give an INVITE its row; returns the call's id."""
        call_id = new_call_id()
        await self._write(
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
        await self._write(lambda session: calls.mark_answered(session, call_id, at))

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
        await self._write(
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

    async def reserve(self, candidates: Sequence[str], call_id: str) -> str | None:
        """Reserve the operator who has been idle longest; None where nobody is."""
        return await self._write(lambda session: operators.reserve(session, candidates, call_id))

    async def operator_is(self, number: str, state: OperatorState, call_id: str | None) -> None:
        """Move an operator on."""
        await self._write(lambda session: operators.set_operator_state(session, number, state, call_id))

    def close(self) -> None:
        """Wait for the last entry."""
        self._thread.shutdown()
