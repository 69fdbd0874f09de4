"""A real line behind a real edge: what ends a line alone does not come through to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from callers.sip_transport import SocketAddress, UdpWire
from hotline.children import Program
from hotline.supervisor import Supervisor
from ledger import lines
from tests.edge.stage import EdgeStage, eventually, opened_stage
from tests.torture.edge_target import STRANGER, start
from tests.torture.text import Aim, invite, request
from tests.torture.wire import answer_to, follow_up, line_to, lives, open_call

RELAY = ("Content-Type: application/dtmf-relay",)
HIDDEN = ("Content-Type: text/plain", *RELAY)  # pjsip believes the last of several, Kamailio the first
VICTIM = "127.0.0.68"
METHODS = ("REFER", "MESSAGE", "INFO", "UPDATE", "INVITE", "OPTIONS", "ACK", "BYE")


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge with one line process behind it, which must be the same at the end."""
    with opened_stage(tmp_path_factory.mktemp("guarded")) as prepared:
        start(prepared)
        fleet = Supervisor(
            [Program(name="lines", arguments=["hotline.processes.lines"])],
            {**prepared.environment, "HOTLINE_EDGE": prepared.uri},
        )
        fleet.start()
        try:
            asyncio.run(eventually_known(prepared))
            pid = the_line(prepared).pid
            yield prepared
            assert (the_line(prepared).starts, the_line(prepared).pid) == (1, pid)
        finally:
            fleet.stop()


def at(edge: EdgeStage) -> SocketAddress:
    """Where it listens."""
    return "127.0.0.1", edge.port


async def eventually_known(edge: EdgeStage) -> None:
    """Wait until Kamailio gives the line callers."""
    await eventually(lambda: edge.known_lines(flags="A"))


def the_line(edge: EdgeStage) -> lines.LineRecord:
    """The row of the only line."""
    with edge.ledger.reading() as session:
        (line,) = lines.list_lines(session)
    return line


WHOLE = (b"Signal=5\r\nDuration=160\r\n", b"Signal= #\r\nDuration= 160", b"Signal=A \r\n")
BROKEN = (
    b"Signal=5",
    b"Signal=5\n",
    b"Signal=5\r",
    b"Signal=5\nDuration=160\n",
    b"\nSignal=5",
    b"\r\nSignal=5",
    b"Signal=5\x00\r\n",
    b"Signal=5\r\nDuration=\x00\r\n",
    b"Signal\r\n",
    b"Signal=\r\n",
    b"Signal==5\r\nDuration=160\r\n",
    b"Duration=160\r\n",
    b"5",
    b" ",
    b"\r\n",
    b"\x00",
    b"Signal=" + b"5" * 3000,
    b"Signal=5\r\nDuration=" + b"9" * 3000,
)


@pytest.mark.parametrize(
    "headers",
    [RELAY, ("c: Application/DTMF-Relay",), ("Content-Type: application/dtmf",), HIDDEN, ()],
    ids=["relay", "compact", "dtmf", "hidden", "none"],
)
@pytest.mark.parametrize("method", ["INFO", "info"])
def test_a_key_comes_whole_or_not_at_all(edge: EdgeStage, headers: tuple[str, ...], method: str) -> None:
    """INFO within an answered call, under every name of its type: 400 to the caller, and the call goes on."""

    async def scenario() -> dict[bytes, int]:
        async with line_to(at(edge), "UDP", STRANGER) as wire:
            aim = Aim(target=at(edge), own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            statuses, sequence = {}, 2
            for body in (*WHOLE, *BROKEN):
                wire.send(follow_up(aim, call, method, sequence, extra=headers, body=body))
                answer = await answer_to(wire, method)
                wire.send(follow_up(aim, call, "INFO", sequence + 1, extra=RELAY, body=WHOLE[0]))
                alive = await answer_to(wire, "INFO")
                assert alive, body
                assert alive.status == 200, body
                statuses[body] = answer.status if answer else 0
                sequence += 2
            wire.send(follow_up(aim, call, "BYE", sequence))
            assert await answer_to(wire, "BYE")
            return statuses

    statuses = asyncio.run(scenario())
    assert [body for body in BROKEN if statuses[body] != 400] == []
    assert [body for body in WHOLE if statuses[body] == 400] == []


@pytest.mark.parametrize(
    "parameter",
    ["maddr=no.such.name.invalid", "maddr=127.0.0.9a4", f"maddr={VICTIM}", f"received={VICTIM}"],
)
def test_a_via_leads_nowhere(edge: EdgeStage, parameter: str) -> None:
    """Requests of every kind, in a call and outside: line and edge live, and nobody else is answered."""
    heard: list[bytes] = []

    def led(message: bytes) -> bytes:
        return message.replace(b";rport", f";{parameter}".encode(), 1)

    async def scenario() -> None:
        async with line_to(at(edge), "UDP", STRANGER) as wire:
            victim = UdpWire()
            await victim.open(VICTIM, wire.own[1], lambda octets, _: heard.append(octets))
            aim = Aim(target=at(edge), own=wire.own)
            call = await open_call(wire, aim, led(invite(aim)))
            extra = (f"Refer-To: <sip:900@{VICTIM}>",)
            for number, method in enumerate(METHODS, start=2):
                wire.send(led(follow_up(aim, call, method, number, extra=extra)))
                if method not in {"INVITE", "ACK"}:
                    wire.send(led(request(Aim(target=at(edge), own=wire.own), method)))
                assert await lives(at(edge)), method
            wire.send(follow_up(aim, call, "BYE", 20))
            assert await answer_to(wire, "BYE")
            victim.close()

    asyncio.run(scenario())
    assert heard == []
