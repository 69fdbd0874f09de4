"""The edge is no relay: through it a stranger reaches our lines, and nobody else."""

from __future__ import annotations

import asyncio
import re

import pytest

from callers.phone import Phone
from ledger.states import Reason
from tests.edge.conftest import Run
from tests.edge.stage import HOST, EdgeStage, PlayedLine, answered, eventually, reason_of
from tests.edge.strangers import SDP, Stranger

VICTIM = "127.0.0.41"
PRETENDED = "Record-Route: <sip:%s;lr>"


def test_a_foreign_route_or_host_is_refused(edge: EdgeStage, run: Run) -> None:
    """A Route to somebody else, also behind one to us, and our number at another host: 403, and a row."""

    async def scene() -> None:
        line = PlayedLine("routes")
        async with edge.lines(line), Stranger("127.0.0.40") as stranger, Stranger(VICTIM) as victim:
            ours = f"sip:114@{edge.uri}"
            tries = [
                stranger.request("INVITE", ours, f"Route: <sip:{victim.at};lr>", body=SDP, call_id="r-1"),
                stranger.request(
                    "INVITE",
                    ours,
                    f"Route: <sip:{edge.uri};lr>, <sip:{victim.at};lr>",
                    body=SDP,
                    call_id="r-2",
                ),
                stranger.request(
                    "INVITE",
                    ours,
                    f"Route: <sip:{edge.uri}>",
                    f"Route: <sip:{victim.at}>",
                    body=SDP,
                    call_id="r-3",
                ),
                stranger.request("INVITE", f"sip:114@{victim.at}", body=SDP, call_id="r-4"),
                stranger.request(
                    "INVITE", f"sip:114@{victim.at}", f"Route: <sip:{edge.uri};lr>", body=SDP, call_id="r-5"
                ),
            ]
            for text in tries:
                stranger.send(text, (HOST, edge.port))
                assert await stranger.final() == 403
            assert victim.has_heard_nothing()
            assert line.asked == []
        rows = await eventually(
            lambda: [r for r in edge.rows() if str(r.sip_call_id)[:2] == "r-"][4:] and edge.rows()
        )
        assert {reason_of(row) for row in rows if str(row.sip_call_id)[:2] == "r-"} == {Reason.NOT_ALLOWED}
        await eventually(lambda: edge.counts().get("relay", 0) >= 5)

    run(scene())


def test_our_own_route_is_accepted(edge: EdgeStage, run: Run) -> None:
    """A phone that has us as its outbound proxy calls like any other."""

    async def scene() -> None:
        line = PlayedLine("proxied")
        async with edge.lines(line), Phone("127.0.0.42") as phone:
            call = await phone.dial(f"sip:114@{edge.uri}", headers={"Route": f"<sip:{edge.uri};lr>"})
            await call.answered(5)
            await call.hang_up()
            await line.taken[0].ended(5)

    run(scene())


@pytest.mark.parametrize(
    "method",
    ["MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH", "NOTIFY", "INFO", "UPDATE", "PRACK", "BYE", "FROBNICATE"],
)
def test_other_methods_are_not_served(edge: EdgeStage, run: Run, method: str) -> None:
    """Outside a call only calls are taken; nothing is passed on."""

    async def scene() -> None:
        async with Stranger("127.0.0.43") as stranger, Stranger(VICTIM) as victim:
            for uri in (f"sip:114@{edge.uri}", f"sip:you@{victim.at}"):
                stranger.send(stranger.request(method, uri), (HOST, edge.port))
                assert await stranger.final() == 405
            assert victim.has_heard_nothing()

    run(scene())


def test_requests_of_invented_dialogs_reach_no_third_party(edge: EdgeStage, run: Run) -> None:
    """With a To tag and a Route through us, nothing goes to an address that is no line of ours."""

    async def scene() -> None:
        async with Stranger("127.0.0.44") as stranger, Stranger(VICTIM) as victim:
            route = f"Route: <sip:{edge.uri};lr>"
            onward = f"Route: <sip:{edge.uri};lr>, <sip:{victim.at};lr>"
            for method in ("BYE", "INVITE", "MESSAGE", "REFER", "NOTIFY"):
                for uri, more in (
                    (f"sip:you@{victim.at}", route),
                    (f"sip:you@{edge.uri}", onward),
                    (f"sip:you@localhost:{victim.address[1]}", route),
                    (f"sip:you@{edge.uri};alias={victim.at.replace(':', '~')}~1", route),
                ):
                    stranger.send(stranger.request(method, uri, more, to_tag="x"), (HOST, edge.port))
                    assert await stranger.final() in {403, 481}
                stranger.send(stranger.request(method, f"sip:you@{victim.at}", to_tag="x"), (HOST, edge.port))
                assert await stranger.final() == 481
            ack = stranger.request("ACK", f"sip:you@{victim.at}", route, to_tag="x")
            stranger.send(ack, (HOST, edge.port))
            stranger.send(stranger.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            assert await stranger.final() == 200
            assert victim.has_heard_nothing()

    run(scene())


def test_a_call_of_one_s_own_opens_no_other_way(edge: EdgeStage, run: Run) -> None:
    """Within a real call too: a caller's requests go to the line, and the line's to where the caller is.

    A Contact, a Record-Route or a maddr that names somebody else brings that one nothing.
    """

    async def scene() -> None:
        line = PlayedLine("dialog")
        async with edge.lines(line), Stranger("127.0.0.45") as stranger, Stranger(VICTIM) as victim:
            said = {"call_id": "own-1", "from_tag": "mine", "contact": f"<sip:me@{victim.at}>"}
            invite = stranger.request(
                "INVITE", f"sip:114@{edge.uri}", PRETENDED % victim.at, body=SDP, **said
            )
            stranger.send(invite, (HOST, edge.port))
            answer = await stranger.receive("SIP/2.0 200")
            said["to_tag"] = found(r"To: .*;tag=(\S+)", answer)
            route, target = found(r"Record-Route: (\S+)", answer), found(r"Contact: <([^>]+)>", answer)
            stranger.send(stranger.request("ACK", target, f"Route: {route}", **said), (HOST, edge.port))
            for uri in (f"sip:you@{victim.at}", f"sip:you@127.0.0.99;maddr={VICTIM}"):
                stranger.send(stranger.request("BYE", uri, f"Route: {route}", **said), (HOST, edge.port))
                assert await stranger.final() == 403
            by_line = f"{target};maddr={VICTIM};transport=tcp"
            stranger.send(stranger.request("INFO", by_line, f"Route: {route}", **said), (HOST, edge.port))
            await stranger.final()
            leaving = asyncio.create_task(line.taken[0].hang_up())
            stranger.answer(await stranger.receive("BYE"), (HOST, edge.port))
            await leaving
            assert victim.has_heard_nothing()

    run(scene())


def found(pattern: str, text: str) -> str:
    """The first group of a pattern that must be there."""
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def test_a_phone_behind_another_address_is_reached(edge: EdgeStage, run: Run) -> None:
    """What a Contact says is not believed: BYE comes to where the call came from, as through a NAT."""

    async def scene() -> None:
        line = PlayedLine("nat")
        async with edge.lines(line), Phone("127.0.0.46") as phone:
            call = await answered(phone, edge)
            await line.taken[0].hang_up()
            await call.ended(5)

    run(scene())
