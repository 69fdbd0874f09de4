"""Callers before the lines and the edge, and waits for what other processes do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.edge.rpc import ask
from hotline.lines import is_own_line
from hotline.reconciling import Account, reconcile_calls
from hotline.stand import Stand, open_stand, settle
from ledger import calls, lines
from ledger.lines import LineRecord
from ledger.records import Call
from ledger.states import LineState
from recorder.opening import Recordings

Found = TypeVar("Found")
LINES = 3


@dataclass(kw_only=True)
class Hall:
    """A stand with callers in it."""

    stand: Stand
    phone: Phone
    callers: list[PhoneCall]

    async def call(self) -> PhoneCall:
        """Another caller, who hears the notice."""
        call = await self.phone.dial(f"sip:114@{self.stand.sip_uri}")
        self.callers.append(call)
        await call.answered(8)
        await hears(call)
        return call

    async def hang_up_all(self) -> None:
        """Nobody stays on a line, also after a test that failed."""
        while self.callers:
            await self.callers.pop().hang_up()

    def lines(self) -> dict[str, LineRecord]:
        """The lines by name."""
        with self.stand.ledger.reading() as session:
            return {line.name: line for line in lines.list_lines(session)}

    def rows(self) -> dict[str, Call]:
        """The rows by SIP Call-ID."""
        with self.stand.ledger.reading() as session:
            return {str(row.sip_call_id): row for row in calls.list_calls(session)}

    def line_of(self, call: PhoneCall) -> str:
        """The signature of the process that serves a caller."""
        return str(self.rows()[call.sip_call_id].line)

    def pid_of(self, part: str) -> int:
        """The process id of one of the hotline's parts."""
        child = next(child for child in self.stand.supervisor.children if child.name == part)
        assert child.process is not None
        return child.process.pid

    def account(self) -> Account:
        """Every INVITE."""
        settings = self.stand.settings
        return reconcile_calls(self.stand.ledger, Recordings(settings), settings.capture_dir)

    def all_serve(self) -> bool:
        """Whether the edge gives callers to every line."""
        return all(
            line.state is LineState.SERVING and self.is_given_callers(name)
            for name, line in self.lines().items()
            if is_own_line(self.stand.settings, name)
        )

    def is_given_callers(self, name: str) -> bool:
        """Whether the edge has a line's present process in its list."""
        line = self.lines().get(name)
        told = ask(self.stand.settings.run_dir / "edge", "dispatcher.list", "short")
        return line is not None and f"sip:{line.host}:{line.port};" in str(told)


async def eventually(look: Callable[[], Found], within_s: float) -> Found:
    """What `look` finds as soon as it is true. It reads other processes' ledger, so it asks again."""
    give_up_s = time.monotonic() + within_s
    while not (found := await asyncio.to_thread(look)):
        assert time.monotonic() < give_up_s, f"it did not come about within {within_s:g} s"
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def hall(folder: Path) -> AsyncIterator[Hall]:
    """Lines, the edge and the workers, before anybody has called."""
    settings = settle(folder, log_level="warning", lines=LINES, drain_s=0.0)
    async with open_stand(settings) as stand, Phone() as phone:
        yield Hall(stand=stand, phone=phone, callers=[])


async def hears(call: PhoneCall) -> None:
    """The caller hears somebody speak from now on, or music."""
    await call.wait_for_speech(15)
