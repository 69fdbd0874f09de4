"""A real edge on loopback with phones that play the lines: the stage of the edge's tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from callers.errors import CallRefused
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from callers.sip_transport import UdpWire
from hotline.edge.passwords import ha1_of
from hotline.edge.rpc import EdgeSilent, ask
from ledger import calls, edge_counts, lines, secrets
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call
from ledger.states import LineState, Reason
from tests.ivr.stage import HOST, ProgramStage, plan_document

CALLER_HOST = "127.0.0.9"  # strangers and lines of one machine are told apart by address and port
THROUGH_AGAIN_S = 5.0  # from kill -9 of Kamailio to a new call's answer: what docs/architecture.md promises
Change = Callable[[dict[str, Any]], None]


class Hearing(UdpWire):
    """A wire whose phone can be made deaf, like a process that hangs."""

    deaf = False

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by asyncio."""
        if not self.deaf:
            super().datagram_received(data, addr)


class PlayedLine:
    """A phone that answers like a line, and keeps the calls that came."""

    def __init__(
        self, name: str, places: int = 2, refuse: int | None = None, *, only_rings: bool = False
    ) -> None:
        self.name, self.places, self.refuse, self.only_rings = name, places, refuse, only_rings
        self.hearing = Hearing()
        self.phone = Phone(HOST, user=name, any_user=True, wire=self.hearing)
        self.phone.on_invite = self._take
        self.taken: list[IncomingCall] = []  # answered
        self.asked: list[IncomingCall] = []  # every INVITE

    async def _take(self, call: IncomingCall) -> None:
        self.asked.append(call)
        if self.refuse:
            await call.reject(self.refuse)
            return
        if self.only_rings:
            await call.ring()
            await call.ended(60)
            return
        self.taken.append(call)
        await call.answer()
        await call.ended(60)

    @property
    def busy(self) -> int:
        """Conversations that last."""
        return sum(call.talking for call in self.taken)


@dataclass(kw_only=True)
class EdgeStage(ProgramStage):
    """One edge under test."""

    @property
    def uri(self) -> str:
        """Where it is dialled, without the user."""
        return f"{HOST}:{self.port}"

    def start(self, operators: Mapping[str, str | None] | None = None, change: Change | None = None) -> None:
        """Write the plan and start the edge."""
        seats = operators or {"8001": "sip:8001@127.0.0.1:9"}
        document = plan_document(dict.fromkeys(seats, ""), self.port)
        document["operators"] = {
            number: {"name": number, **({"address": address} if address else {})}
            for number, address in seats.items()
        }
        document["edge"] = {"flood": {"requests": 5000}}
        if change:
            change(document)
        self.run("edge", document)

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

    @property
    def keeper_pid(self) -> int:
        """The edge's own process."""
        assert self.supervisor is not None
        process = self.supervisor.children[0].process
        assert process is not None
        return process.pid

    def is_mended(self) -> bool:
        """Let the supervisor look once, without its back-off; whether a Kamailio runs then.

        Kamailio hears of the keeper's death before the keeper can be waited for: one look may come too early.
        """
        assert self.supervisor is not None
        self.supervisor.mend()
        self.supervisor.children[0].due_s = 0
        return bool(self.kamailios())

    def pid_of(self, who: str) -> int:
        """One of Kamailio's processes, by what it says it does."""
        told = self.ask("core.psx")
        return next(int(process["PID"]) for process in told if who in process["DSC"])

    async def is_replaced(self, before: set[int]) -> None:
        """Wait until another Kamailio serves and the earlier one's processes are gone."""
        await eventually(lambda: self.kamailios() and not before & set(self.kamailios()))
        await eventually(lambda: self.ask_or_none("core.version"))

    def freeze(self) -> set[int]:
        """Stop all of Kamailio, also what was being forked meanwhile: it lives while one of them answers.

        Returns the processes.
        """
        stopped: set[int] = set()
        while more := set(self.kamailios()) - stopped:
            for pid in sorted(more):  # the main process first: it forks no more
                os.kill(pid, signal.SIGSTOP)
            stopped |= more
        return stopped

    def kill(self, pid: int) -> None:
        """Kill -9."""
        os.kill(pid, signal.SIGKILL)

    def set_password(self, user: str, password: str, realm: str) -> None:
        """As `hotline sip password` would."""
        with self.ledger.transaction() as session:
            secrets.set_secret(session, user=user, realm=realm, ha1=ha1_of(user, realm, password))

    def rows(self) -> list[Call]:
        """The calls of the ledger, oldest first."""
        with self.ledger.reading() as session:
            return calls.list_calls(session)[::-1]

    async def row_of(self, call: PhoneCall) -> Call:
        """The row of a call that the edge refused."""
        return await eventually(
            lambda: next((r for r in self.rows() if r.sip_call_id == call.sip_call_id), None)
        )

    def counts(self) -> dict[str, int]:
        """What the edge counted, by verdict."""
        with self.ledger.reading() as session:
            return edge_counts.counts_since(session, now().replace(hour=0, minute=0))

    def enter(self, line: PlayedLine) -> None:
        """The line serves from now on."""
        host, port = line.phone.address
        with self.ledger.transaction() as session:
            lines.enter_line(session, process=f"{line.name}:1", host=host, port=port, places=line.places)

    @asynccontextmanager
    async def lines(self, *played: PlayedLine) -> AsyncIterator[Sequence[PlayedLine]]:
        """Lines that serve until the block ends; Kamailio knows them when it begins."""
        async with AsyncExitStack() as stack:
            for line in played:
                await stack.enter_async_context(line.phone)
                self.enter(line)
            await self.knows_its_lines()
            yield played
            for line in played:
                self.set_state(line, LineState.DEAD)

    def set_state(self, line: PlayedLine, state: LineState) -> None:
        """What the line process would write of itself."""
        with self.ledger.transaction() as session:
            lines.set_line_state(session, f"{line.name}:1", state)

    def ask(self, method: str) -> Any:
        """What Kamailio says of itself."""
        return ask(self.folder / "run" / "edge", method)

    def ask_or_none(self, method: str) -> Any:
        """The same; None where Kamailio is not there."""
        try:
            return self.ask(method)
        except EdgeSilent:
            return None

    async def knows_its_lines(self) -> None:
        """Wait until Kamailio has exactly the lines that the ledger has."""

        def told() -> bool:
            with self.ledger.reading() as session:
                found = lines.list_lines(session)
            return {line.name for line in found if line.state is not LineState.DEAD} == self.known_lines()

        await eventually(told)

    def known_lines(self, of_set: int | None = None, flags: str = "") -> set[str]:
        """The names of the lines that Kamailio has now; of one set, or with certain flags."""
        try:
            records = ask(self.folder / "run" / "edge", "dispatcher.list")["RECORDS"]
        except EdgeSilent:
            return set()  # it has none yet, or is just starting
        return {
            target["DEST"]["ATTRS"]["DUID"].rpartition(".")[0]
            for record in records
            if of_set in {None, record["SET"]["ID"]}
            for target in record["SET"]["TARGETS"]
            if target["DEST"]["FLAGS"].startswith(flags)
        }


@contextmanager
def opened_stage(folder: Path) -> Iterator[EdgeStage]:
    """A folder and a ledger for one edge, which is stopped at the end.

    Where Debian's kamailio is missing the test is skipped, but never under CI.
    """
    if shutil.which("kamailio", path=f"{os.environ['PATH']}:/usr/sbin") is None and "CI" not in os.environ:
        pytest.skip("install Debian's kamailio")
    ledger = Ledger(f"sqlite:///{folder.resolve() / 'ledger.sqlite3'}")
    ledger.migrate()
    prepared = EdgeStage(folder=folder, ledger=ledger)
    try:
        yield prepared
    finally:
        prepared.stop()
        ledger.close()


async def answered(phone: Phone, stage: EdgeStage, number: str = "114") -> PhoneCall:
    """A call that has been answered."""
    call = await phone.dial(f"sip:{number}@{stage.uri}")
    await call.answered(10)
    return call


async def refused(phone: Phone, stage: EdgeStage, number: str = "114", **options: Any) -> PhoneCall:
    """A call that ended without an answer; `call.status` says how."""
    call = await phone.dial(f"sip:{number}@{stage.uri}", **options)
    with pytest.raises(CallRefused):
        await call.answered(15)
    return call


def reason_of(row: Call) -> Reason | None:
    """Why a call was refused, as its row says."""
    return row.ending.reason if row.ending else None


async def eventually(look: Callable[[], Any], within_s: float = 30.0) -> Any:
    """What `look` finds, once it finds something; for what another process does."""
    give_up_s = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < give_up_s, f"{look} found nothing"
        await asyncio.sleep(0.05)
    return found
