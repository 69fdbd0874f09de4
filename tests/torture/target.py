"""A line process to attack, whose log is kept, and traps where it must never call."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from hotline.ports import free_port
from hotline.processes.parent import READY_FD
from hotline.reconciling import Account, reconcile_calls
from ledger import calls, lines
from ledger.database import Ledger
from ledger.records import Call
from ledger.settings import Settings
from recorder.opening import Recordings
from tests.ivr.stage import HOST, plan_document, write_prompts
from tests.torture.health import Health, health_of

SETTLE_S = 80.0  # an INVITE without an ACK is given up after 32 s, or 64 s where it cannot be answered
ALARMS = ("Traceback", "call_crashed", "call_failed", "Assert", "exception", "Segmentation")


@dataclass(kw_only=True)
class LineTarget:
    """One line process. Use it in a `with` block."""

    folder: Path
    operators: dict[str, str]
    port: int = field(default_factory=free_port)
    edge: dict[str, str] = field(default_factory=dict)  # settings of the plan

    def __enter__(self) -> LineTarget:
        self.ledger = Ledger(f"sqlite:///{self.folder / 'ledger.sqlite3'}")
        self.ledger.migrate()
        write_prompts(self.folder / "prompts")
        document = {**plan_document(self.operators, self.port), "edge": self.edge}
        YAML().dump(document, self.folder / "plan.yaml")
        self._process = self._start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(35)
        self._process.kill()
        self._process.wait()
        self.ledger.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return HOST, self.port

    @property
    def target(self) -> str:
        """What callers dial."""
        return f"sip:114@{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the line's process, which must still be the first."""
        with self.ledger.reading() as session:
            (line,) = lines.list_lines(session)
        assert line.starts == 1, f"the line has died:\n{self.log[-4000:]}"
        return line.pid

    @property
    def log(self) -> str:
        """All that it has written."""
        return (self.folder / "line.log").read_text(errors="replace")

    @property
    def alarms(self) -> list[str]:
        """Lines of the log that tell of a mistake of ours."""
        return [line for line in self.log.splitlines() if any(alarm in line for alarm in ALARMS)]

    @property
    def health(self) -> Health:
        """What the process holds now."""
        return health_of(self.pid)

    def rows(self) -> list[Call]:
        """All calls of the ledger."""
        with self.ledger.reading() as session:
            return calls.list_calls(session)

    async def settled(self) -> list[Call]:
        """All rows, once each has its ending."""
        give_up_s = time.monotonic() + SETTLE_S
        while True:
            rows = self.rows()
            if all(row.ending for row in rows):
                return rows
            assert time.monotonic() < give_up_s, [row for row in rows if row.ending is None]
            await asyncio.sleep(0.1)  # polling another process's ledger

    async def ended_row_of(self, sip_call_id: str) -> Call:
        """The row of an INVITE, once it is there and has its ending."""
        give_up_s = time.monotonic() + SETTLE_S
        while not (found := [row for row in await self.settled() if row.sip_call_id == sip_call_id]):
            assert time.monotonic() < give_up_s, f"no row for {sip_call_id}"
            await asyncio.sleep(0.1)
        assert len(found) == 1
        return found[0]

    def account(self) -> Account:
        """What `hotline reconcile` says."""
        settings = Settings(data_dir=self.folder)
        return reconcile_calls(self.ledger, Recordings(settings), settings.capture_dir)

    def _start(self) -> subprocess.Popen[bytes]:
        reading, writing = os.pipe()
        with (self.folder / "line.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hotline.processes.lines"],
                env={
                    **os.environ,
                    "HOTLINE_DATA_DIR": str(self.folder),
                    "HOTLINE_PLAN": str(self.folder / "plan.yaml"),
                    READY_FD: str(writing),
                },
                pass_fds=(writing,),
                stdout=log,
                stderr=log,
            )
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            ready, _, _ = select.select([pipe], [], [], 60)
            assert ready, self.log
            assert pipe.read() == b"ready", self.log
        return process


@asynccontextmanager
async def trap_at(host: str) -> AsyncIterator[Trap]:
    """A trap while the block runs."""
    trap = Trap()
    await trap.open(host)
    try:
        yield trap
    finally:
        await trap.close()


class Trap(asyncio.DatagramProtocol):
    """A foreign address, by UDP and TCP. `requests` are the methods that came."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    async def open(self, host: str) -> None:
        """Listen at a free port of `host`."""
        loop = asyncio.get_running_loop()
        self._wire, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        self.address: tuple[str, int] = self._wire.get_extra_info("sockname")[:2]
        self._server = await asyncio.start_server(self._take, *self.address)

    async def close(self) -> None:
        """Stop listening."""
        self._wire.close()
        self._server.close()

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        """A request or a response; responses are not noted."""
        self._note(data)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._note(await reader.read(65536))
        writer.close()

    def _note(self, data: bytes) -> None:
        method = data.partition(b" ")[0].decode("ascii", "replace")
        if not method.startswith("SIP/"):
            self.requests.append(method)

    @property
    def host_port(self) -> str:
        """Where it is, as HOST:PORT."""
        return "{}:{}".format(*self.address)
