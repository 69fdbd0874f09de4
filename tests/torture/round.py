"""A round of all messages, each by UDP and TCP, each on a socket of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.message import Torture
from tests.torture.messages import MESSAGES
from tests.torture.text import Aim
from tests.torture.wire import HOST, Answer, Line, final_answer, leave, line_to

TRANSPORTS = ("UDP", "TCP")
TCP_AT_ONCE = 4
ANSWERED_S = 5.0  # how long an answer may take that must come
SILENT_S = 0.1  # how long we listen where none need come; a provisional answer makes us wait for the final


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one message."""

    message: Torture
    transport: str
    status: int | None  # None: no final answer
    calls: int  # INVITEs that the hotline itself has answered, with whatever status

    @property
    def name(self) -> str:
        """Message and transport."""
        return f"{self.message.name} by {self.transport}: {self.status or 'silence'}"


async def send(
    message: Torture,
    address: tuple[str, int],
    transport: str,
    foreign: str,
    *,
    host: str = HOST,
    wait_s: float = ANSWERED_S,
) -> Outcome:
    """Send one message from a new socket, and leave the calls that come of it."""
    async with line_to(address, transport, host) as line:
        aim = Aim(target=address, own=line.own, foreign=foreign, transport=transport)
        octets = message.build(aim)
        line.send(octets)
        answers = await _answers(line, aim, wait_s)
        first = answers[0] if answers else None
        return Outcome(
            message=message,
            transport=transport,
            status=first.status if first else None,
            calls=sum(answer.method == "INVITE" for answer in answers) if _has_invite(octets) else 0,
        )


def _has_invite(octets: bytes) -> bool:
    """Whether there is an INVITE in it, whatever CSeq says."""
    return re.search(rb"^INVITE ", octets, re.MULTILINE) is not None


async def _answers(line: Line, aim: Aim, wait_s: float) -> Sequence[Answer]:
    """Final answers to all requests within a message (dblreq has two), until it is quiet."""
    answers = []
    while answer := await final_answer(line, wait_s):
        answers.append(answer)
        if answer.method == "INVITE":
            await leave(line, aim, answer)
        wait_s = 0.05
    return answers


async def send_all(address: tuple[str, int], foreign: str, host: str = HOST) -> list[Outcome]:
    """All messages by both transports; by TCP as many at once as a line lets in without a pause."""
    by_tcp = asyncio.Semaphore(TCP_AT_ONCE)

    async def one(message: Torture, transport: str) -> Outcome:
        if transport == "UDP":
            return await send(message, address, transport, foreign, host=host, wait_s=SILENT_S)
        async with by_tcp:
            return await send(message, address, transport, foreign, host=host, wait_s=SILENT_S)

    return await asyncio.gather(
        *(one(message, transport) for message in MESSAGES for transport in TRANSPORTS)
    )
