"""Strangers who hold on: idle connections, requests that never end. Others are served meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from callers.phone import Phone
from tests.ivr.people import reach_menu
from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite, options_of
from tests.torture.wire import TcpLine, final_answer, leave, line_to, lives

IDLE, COMING = 200, 80


async def call_once(line: LineTarget) -> None:
    """A real call that reaches the menu."""
    async with Phone() as phone:
        call = await reach_menu(phone, line)  # type: ignore[arg-type]
        await call.hang_up()


def test_idle_connections_do_not_keep_others_out(line: LineTarget) -> None:
    """200 that wait or knock: others are answered by UDP and TCP, and a call goes through."""

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            wires = [TcpLine(line.address) for _ in range(IDLE)]
            knocking = [asyncio.create_task(wire.open("127.0.0.1")) for wire in wires]
            await asyncio.wait(knocking, return_when=asyncio.FIRST_COMPLETED)
            assert await lives(line.address, "UDP")
            assert await lives(line.address, "TCP", wait_s=20.0)
            await call_once(line)
            for wire, task in zip(wires, knocking, strict=True):
                task.cancel()
                if task.done() and not task.cancelled() and not task.exception():
                    stack.push_async_callback(wire.close)
            await asyncio.gather(*knocking, return_exceptions=True)

    asyncio.run(scenario())


def test_connections_come_and_go(line: LineTarget) -> None:
    """More in a second than pjsip has places for, each closed at once: each is answered."""

    async def scenario() -> None:
        for _ in range(COMING):
            assert await lives(line.address, "TCP")

    asyncio.run(scenario())


def test_a_request_that_never_ends_holds_up_nobody(line: LineTarget) -> None:
    """Twenty requests that come octet by octet: others are answered between the octets."""

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            wires = [await stack.enter_async_context(line_to(line.address, "TCP")) for _ in range(20)]
            message = options_of(Aim(target=line.address, own=wires[0].own, transport="TCP"))
            for octet in message[:15]:
                for wire in wires:
                    wire.send(bytes([octet]))
                assert await lives(line.address)
            await call_once(line)

    asyncio.run(scenario())


def test_a_stream_without_an_end_is_cut(line: LineTarget) -> None:
    """Megabytes of one header, a Content-Length beyond everything: no memory for them, no harm."""

    async def scenario() -> None:
        before = line.health
        async with line_to(line.address, "TCP") as endless, line_to(line.address, "TCP") as oversized:
            endless.send(b"OPTIONS sip:114@x SIP/2.0\r\nSubject: " + b"x" * 4_000_000)
            aim = Aim(target=line.address, own=oversized.own, transport="TCP")
            for length in ("4294967297", "2147483647", "65536", "99999999999999999999"):
                oversized.send(invite(aim, change={"Content-Length": length}))
            assert await lives(line.address)
            await call_once(line)
        assert line.health.memory_kb < before.memory_kb + 8192, (before, line.health)

    asyncio.run(scenario())


def test_an_invite_in_pieces_is_answered(line: LineTarget) -> None:
    """A stream may be cut anywhere: what is slow is not yet hostile."""

    async def scenario() -> int | None:
        async with line_to(line.address, "TCP") as wire:
            aim = Aim(target=line.address, own=wire.own, transport="TCP")
            message = invite(aim)
            for start in range(0, len(message), 100):
                wire.send(message[start : start + 100])
                assert await lives(line.address)
            answer = await final_answer(wire, 5.0)
            assert answer is not None
            await leave(wire, aim, answer)
            return answer.status

    assert asyncio.run(scenario()) == 200
