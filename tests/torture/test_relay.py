"""No open relay: whatever a caller asks for, the line calls nobody but the plan's operators."""

from __future__ import annotations

import asyncio
import re

from tests.torture.target import LineTarget, trap_at
from tests.torture.text import Aim, invite, request
from tests.torture.wire import (
    Answer,
    Line,
    answer_to,
    final_answer,
    follow_up,
    leave,
    line_to,
    lives,
    open_call,
)

FOREIGN = "127.0.0.9"


async def asked(line: Line, message: bytes, method: str) -> int | None:
    """The status of the answer to a request."""
    line.send(message)
    answer = await answer_to(line, method)
    return answer and answer.status


def test_a_transfer_is_declined(line: LineTarget) -> None:
    """REFER in an answered call (RFC 3515): 603, the foreign address hears nothing, the call goes on."""

    async def scenario() -> tuple[int | None, list[str]]:
        async with trap_at(FOREIGN) as trap, line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            refer = (f"Refer-To: <sip:900@{trap.host_port}>", f"Contact: <sip:x@{aim.own_host_port}>")
            status = await asked(wire, follow_up(aim, call, "REFER", 2, extra=refer), "REFER")
            assert await asked(wire, follow_up(aim, call, "BYE", 3), "BYE") == 200
            assert await lives(line.address)  # pjsip would have sent its INVITE before this answer
            return status, trap.requests

    assert asyncio.run(scenario()) == (603, [])


def test_a_subscription_is_refused(line: LineTarget) -> None:
    """SUBSCRIBE (RFC 6665): 489, and no NOTIFY to whom it names."""

    async def scenario() -> tuple[int | None, list[str]]:
        async with trap_at(FOREIGN) as trap, line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own, number="hotline")
            contact = {"Contact": f"<sip:x@{trap.host_port}>"}
            message = request(aim, "SUBSCRIBE", change=contact, extra=("Event: presence", "Expires: 600"))
            status = await asked(wire, message, "SUBSCRIBE")
            assert await lives(line.address)
            return status, trap.requests

    assert asyncio.run(scenario()) == (489, [])


def test_nobody_takes_a_calls_place(line: LineTarget) -> None:
    """An INVITE with Replaces (RFC 3891), even if it knows the call: declined; the call goes on."""

    async def scenario() -> tuple[int, int | None]:
        async with line_to(line.address, "UDP") as wire, line_to(line.address, "UDP") as thief:
            aim = Aim(target=line.address, own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            other = Aim(target=line.address, own=thief.own)
            thief.send(invite(other, extra=(replaces(call), "Require: replaces")))
            stolen = await final_answer(thief, 5.0)
            assert stolen is not None
            await leave(thief, other, stolen)
            return stolen.status, await asked(wire, follow_up(aim, call, "BYE", 2), "BYE")

    status, bye = asyncio.run(scenario())
    assert status >= 400
    assert bye == 200, "the call was still there to be hung up"


def replaces(call: Answer) -> str:
    """The header that names an answered call of ours, as the line would see it."""
    ours, theirs = (re.search(r"tag=([^;]+)", call.first(name)) for name in ("from", "to"))
    assert ours
    assert theirs
    return f"Replaces: {call.first('call-id')};to-tag={theirs[1]};from-tag={ours[1]}"


def test_a_route_to_somebody_else_is_not_followed(line: LineTarget) -> None:
    """An INVITE and an OPTIONS with a Route, or for a foreign host: nothing is sent on."""

    async def scenario() -> list[str]:
        async with trap_at(FOREIGN) as trap:
            for method in ("INVITE", "OPTIONS", "MESSAGE"):
                for uri in (None, f"sip:114@{trap.host_port}", f"sip:900@{trap.host_port}"):
                    async with line_to(line.address, "UDP") as wire:
                        aim = Aim(target=line.address, own=wire.own)
                        route = (f"Route: <sip:{line.address[0]}:{line.port};lr>, <sip:{trap.host_port};lr>",)
                        wire.send(request(aim, method, uri=uri, extra=route))
                        answer = await final_answer(wire, 5.0)
                        if answer and answer.method == "INVITE":
                            await leave(wire, aim, answer)
            return trap.requests

    assert "INVITE" not in asyncio.run(scenario())
