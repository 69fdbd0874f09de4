"""The line's entries in the ledger. They run on one thread beside the loop, so that audio never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

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

    async def _write(self, entry: Callable[[], Answer]) -> Answer:
        # Shielded: a caller who hangs up must not leave an entry half made.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, entry))

    async def open_call(self, *, hotline: str, caller: str | None, sip_call_id: str) -> str:
        """Give an INVITE its row; returns the call's id."""
        call_id = new_call_id()

        def entry() -> None:
            with self._ledger.transaction() as session:
                calls.add_call(
                    session,
                    call_id=call_id,
                    hotline=hotline,
                    sip_call_id=sip_call_id,
                    caller=caller,
                    line=self._line,
                )

        await self._write(entry)
        return call_id

    async def answered(self, call_id: str, at: datetime) -> None:
        """The call was answered and is being recorded."""

        def entry() -> None:
            with self._ledger.transaction() as session:
                calls.mark_answered(session, call_id, at)

        await self._write(entry)

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

        def entry() -> None:
            with self._ledger.transaction() as session:
                calls.mark_ended(
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

        await self._write(entry)

    async def reserve(self, candidates: Sequence[str], call_id: str) -> str | None:
        """Reserve the operator who has been idle longest; None where nobody is."""

        def entry() -> str | None:
            with self._ledger.transaction() as session:
                return operators.reserve(session, candidates, call_id)

        return await self._write(entry)

    async def operator_is(self, number: str, state: OperatorState, call_id: str | None) -> None:
        """Move an operator on."""

        def entry() -> None:
            with self._ledger.transaction() as session:
                operators.set_operator_state(session, number, state, call_id)

        await self._write(entry)

    def close(self) -> None:
        """Wait for the last entry."""
        self._thread.shutdown()
