"""An edge to attack, with a line behind it that keeps what comes through word by word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hotline.edge.passwords import ha1_of
from ledger import lines, secrets
from tests.edge.stage import EdgeStage, eventually
from tests.torture.raw_line import RawLine

STRANGER = "127.0.0.66"
OPERATOR, PASSWORD = "8001", "correct horse 7"  # registers; 8002 has a fixed address
SEEN_EVERY_S = 3.0


def start(edge: EdgeStage) -> None:
    """Start the edge with two operators, and without a limit that would end an attack too early."""
    edge.start(
        operators={OPERATOR: None, "8002": "sip:8002@127.0.0.9:9"},
        change=lambda document: document["edge"].update(flood={"requests": 100_000}),
    )
    with edge.ledger.transaction() as session:
        secrets.set_secret(session, user=OPERATOR, realm="hotline", ha1=ha1_of(OPERATOR, "hotline", PASSWORD))


@asynccontextmanager
async def raw_line(edge: EdgeStage, name: str) -> AsyncIterator[RawLine]:
    """A line of many places that Kamailio knows while the block runs."""
    line = RawLine()
    await line.open("127.0.0.1")
    host, port = line.address
    with edge.ledger.transaction() as session:
        lines.enter_line(session, process=f"{name}:1", host=host, port=port, places=100)
    await eventually(lambda: name in edge.known_lines(flags="A"))
    seeing = asyncio.create_task(_see(edge, name))
    try:
        yield line
    finally:
        seeing.cancel()
        with suppress(asyncio.CancelledError):
            await seeing
        line.close()


async def _see(edge: EdgeStage, name: str) -> None:
    while True:
        await asyncio.sleep(SEEN_EVERY_S)
        with edge.ledger.transaction() as session:
            lines.see_lines(session, [name])
