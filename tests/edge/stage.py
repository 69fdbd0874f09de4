"""A real edge on loopback with phones that play the lines: the stage of the edge's tests."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.ports import free_port
from hotline.supervisor import Child, Supervisor
from ledger import calls, edge_counts, lines
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call
from tests.ivr.stage import HOST, plan_document, write_prompts

CALLER_HOST = "127.0.0.9"  # strangers and lines of one machine are told apart by address and port
Change = Callable[[dict[str, Any]], None]


class PlayedLine:
    """A phone that answers like a line, and keeps the calls that came."""

    def __init__(self, name: str, places: int = 2, refuse: int | None = None) -> None:
        self.name, self.places, self.refuse = name, places, refuse
        self.phone = Phone(HOST, user=name, any_user=True)
        self.phone.on_invite = self._take
        self.taken: list[IncomingCall] = []  # answered
        self.asked: list[IncomingCall] = []  # every INVITE

    async def _take(self, call: IncomingCall) -> None:
        self.asked.append(call)
        if self.refuse:
            await call.reject(self.refuse)
            return
        self.taken.append(call)
        await call.answer()
        await call.ended(60)

    @property
    def busy(self) -> int:
        """Conversations that last."""
        return sum(call.talking for call in self.taken)


@dataclass(kw_only=True)
class EdgeStage:
    """One edge under test."""

    folder: Path
    ledger: Ledger
    port: int = field(default_factory=free_port)
    supervisor: Supervisor | None = None

    @property
    def uri(self) -> str:
        """Where it is dialled, without the user."""
        return f"{HOST}:{self.port}"

    def start(self, operators: Mapping[str, str | None] | None = None, change: Change | None = None) -> None:
        """Write the plan and start the edge."""
        if not (self.folder / "prompts").exists():
            write_prompts(self.folder / "prompts")
        seats = operators or {"8001": "sip:8001@127.0.0.1:9"}
        document = plan_document(dict.fromkeys(seats, ""), self.port)
        document["operators"] = {
            number: {"name": number, **({"address": address} if address else {})}
            for number, address in seats.items()
        }
        document["edge"] = {"flood": {"requests": 5000}}
        if change:
            change(document)
        YAML().dump(document, self.folder / "plan.yaml")
        self.supervisor = Supervisor([Child(name="edge", arguments=["hotline.processes.edge"])], self.environment)
        self.supervisor.start()

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this stage."""
        return {
            "HOTLINE_DATA_DIR": str(self.folder),
            "HOTLINE_PLAN": str(self.folder / "plan.yaml"),
            "HOTLINE_LOG_LEVEL": "info",
        }

    def stop(self) -> None:
        """Stop the edge."""
        if self.supervisor:
            self.supervisor.stop()

    def kamailios(self) -> list[int]:
        """The processes of this edge's Kamailio, the main one first."""
        configuration = str(self.folder.resolve() / "run" / "edge" / "kamailio.cfg").encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if configuration in command and b"kamailio\0" in command:
                found.append(int(entry.name))
        return sorted(found)

    def kill(self, pid: int) -> None:
        """Kill -9."""
        os.kill(pid, signal.SIGKILL)

    def rows(self) -> list[Call]:
        """The calls of the ledger, oldest first."""
        with self.ledger.reading() as session:
            return calls.list_calls(session)[::-1]

    async def row_of(self, call: PhoneCall) -> Call:
        """The row of a call that the edge refused."""
        return await eventually(lambda: next((r for r in self.rows() if r.sip_call_id == call.sip_call_id), None))

    def counts(self) -> dict[str, int]:
        """What the edge counted, by verdict."""
        with self.ledger.reading() as session:
            return edge_counts.counts_since(session, now().replace(hour=0, minute=0))

    def enter(self, line: PlayedLine) -> None:
        """The line serves from now on."""
        host, port = line.phone.address
        with self.ledger.transaction() as session:
            lines.enter_line(session, name=line.name, host=host, port=port, pid=1, places=line.places)

    def told_lines(self) -> str:
        """The list that Kamailio was given."""
        return (self.folder / "run" / "edge" / "lines.list").read_text()

    @asynccontextmanager
    async def lines(self, *played: PlayedLine) -> AsyncIterator[Sequence[PlayedLine]]:
        """Lines that serve, until the block ends."""
        async with AsyncExitStack() as stack:
            for line in played:
                await stack.enter_async_context(line.phone)
                self.enter(line)
            await eventually(lambda: all(f"duid={line.name}." in self.told_lines() for line in played))
            await self.is_told()
            yield played

    async def is_told(self) -> None:
        """Kamailio has what the list says."""
        from hotline.edge.rpc import EdgeSilent, ask  # noqa: PLC0415

        def told() -> bool:
            try:
                answer = ask(self.folder / "run" / "edge", "dispatcher.list")
            except EdgeSilent:
                return False
            wanted = {entry.split("duid=")[1].split(";")[0] for entry in self.told_lines().splitlines()}
            return all(f"duid={id_};" in str(answer) for id_ in wanted)

        await eventually(told)


async def eventually(look: Callable[[], Any], within_s: float = 10.0) -> Any:
    """What `look` finds, once it finds something; for what another process does."""
    give_up_s = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < give_up_s, f"{look} found nothing"
        await asyncio.sleep(0.05)
    return found


Scene = Callable[[], Awaitable[None]]
