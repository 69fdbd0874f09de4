"""What strangers get of an edge on the open net: the plan's numbers, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from callers.phone import Phone
from ledger.states import Reason
from tests.edge.conftest import Run
from tests.edge.stage import (
    HOST,
    EdgeStage,
    PlayedLine,
    answered,
    eventually,
    opened_stage,
    reason_of,
    refused,
)
from tests.edge.strangers import SDP, Stranger

FLOODER, ELSEWHERE = "127.0.0.20", "127.0.0.22"


def narrow(document: dict[str, Any]) -> None:
    """Small limits, and a trunk that is not flooded."""
    document["edge"] = {"flood": {"requests": 40, "within_s": 2, "ban_s": 60}, "most_calls_per_source": 2}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge that anybody may call."""
    with opened_stage(tmp_path_factory.mktemp("strangers")) as prepared:
        prepared.start(change=narrow)
        yield prepared


def test_only_the_plan_s_numbers_can_be_called(edge: EdgeStage, run: Run) -> None:
    """For all else, an operator, a feature code or the world, a password is asked; no line hears of it."""

    async def scene() -> None:
        line = PlayedLine("numbers")
        async with edge.lines(line), Phone("127.0.0.30") as phone:
            for number in ("13800000000", "8001", "*60", "hotline", "0011972555"):
                assert (await refused(phone, edge, number)).status == 407
            assert line.asked == []

    run(scene())


def test_whoever_says_to_be_an_operator_is_a_caller(edge: EdgeStage, run: Run) -> None:
    """Without a password an operator's number in From calls the plan's numbers like any other."""

    async def scene() -> None:
        line = PlayedLine("claims", places=9)
        async with edge.lines(line), Phone("127.0.0.39", user="8001") as phone:
            await answered(phone, edge)
            assert line.taken[0].caller_number == "8001"
            assert line.taken[0].remote_headers.get("X-Hotline-Operator") is None

    run(scene())


def test_a_source_has_so_many_calls_at_once(edge: EdgeStage, run: Run) -> None:
    """The third call of a source that may have two is 503 with Retry-After; another source is not touched."""

    async def scene() -> None:
        line = PlayedLine("limits", places=9)
        async with edge.lines(line), Phone("127.0.0.31") as phone, Phone("127.0.0.32") as other:
            first = await answered(phone, edge)
            await answered(phone, edge)
            third = await refused(phone, edge)
            assert (third.status, third.remote_headers["Retry-After"]) == (503, "5")
            assert reason_of(await edge.row_of(third)) is Reason.TOO_MANY_CALLS
            await answered(other, edge)
            await first.hang_up()
            await answered(phone, edge)

    run(scene())


def test_headers_that_only_we_may_write_are_taken_out(edge: EdgeStage, run: Run) -> None:
    """Neither an operator nor a caller's identity can be claimed by writing it."""

    async def scene() -> None:
        line = PlayedLine("headers")
        claimed = {
            "X-Hotline-Operator": "8001",
            "x-hotline-call": "20260101-000000-abc",
            "P-Asserted-Identity": "<sip:110@example.org>",
            "p-preferred-identity": "<sip:110@example.org>",
            "Remote-Party-ID": "<sip:110@example.org>",
        }
        async with edge.lines(line), Phone("127.0.0.33") as phone:
            call = await phone.dial(f"sip:114@{edge.uri}", headers=claimed)
            await call.answered(5)
            came = line.taken[0].remote_headers
            assert [name for name in claimed if came.get(name) is not None] == []
            assert line.taken[0].caller_number == phone.user

    run(scene())


def test_scanners_hear_nothing(edge: EdgeStage, run: Run) -> None:
    """Not even that somebody is here; they are counted."""

    async def scene() -> None:
        before = edge.counts().get("scanner", 0)
        async with Stranger("127.0.0.34") as scanner:
            for agent in ("friendly-scanner", "sipvicious", "SIPCLI/v1.8", "sundayddr"):
                for method in ("OPTIONS", "REGISTER", "INVITE"):
                    scanner.send(
                        scanner.request(method, f"sip:114@{edge.uri}", agent=agent), (HOST, edge.port)
                    )
            scanner.send(scanner.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            assert await scanner.final() == 200
            assert scanner.has_heard_nothing()
        await eventually(lambda: edge.counts().get("scanner", 0) == before + 12)

    run(scene())


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("From: <sip:anonymous@", "From: <sip:1' or 1=1--@"),
        lambda text: text.replace("CSeq: 1 INVITE", "CSeq: nothing"),
        lambda text: text.replace("sip:114@", "sip:114';drop table calls@"),
        lambda text: text.replace("SIP/2.0\r\n", "SIP/7.0\r\n", 1),
        lambda text: text.replace("Max-Forwards: 70", "Filler: " + "x" * 20_000),
        lambda text: text.replace("Contact: <sip:", "Contact: <sip:me;alias=10.0.0.1~5060~1@"),
        lambda text: text[:200],
        lambda _: "\x00" * 50,
    ],
    ids=["sql-in-from", "bad-cseq", "sql-in-uri", "version", "long", "alias", "cut", "zeros"],
)
def test_rubbish_is_dropped(edge: EdgeStage, run: Run, damage: Any) -> None:
    """Nothing is answered, nothing reaches a line, and the edge goes on."""

    async def scene() -> None:
        line = PlayedLine("rubbish")
        async with edge.lines(line), Stranger("127.0.0.35") as stranger:
            text = stranger.request("INVITE", f"sip:114@{edge.uri}", body=SDP)
            stranger.send(damage(text), (HOST, edge.port))
            stranger.send(stranger.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            assert await stranger.final() == 200
            assert stranger.has_heard_nothing()
            assert line.asked == []

    run(scene())


def test_words_of_strangers_stay_words(edge: EdgeStage, run: Run) -> None:
    """A Call-ID that is made to look like our own log line becomes one row with just these words."""
    forged = '\\u000a{"reason":"lines_busy","call_id":"eA=="}%0a$var(x)\\'

    async def scene() -> None:
        async with Stranger("127.0.0.36") as stranger:
            stranger.send(
                stranger.request("INVITE", "sip:999@127.0.0.99", body=SDP, call_id=forged), (HOST, edge.port)
            )
            assert await stranger.final() == 403
        rows = await eventually(lambda: [row for row in edge.rows() if row.sip_call_id == forged])
        assert len(rows) == 1

    run(scene())


def test_a_repeated_invite_is_told_once(edge: EdgeStage, run: Run) -> None:
    """A caller that repeats its INVITE because the refusal was lost has one row."""

    async def scene() -> None:
        async with Stranger("127.0.0.37") as stranger:
            text = stranger.request("INVITE", "sip:998@127.0.0.99", body=SDP, call_id="repeated-1")
            for _ in range(3):
                stranger.send(text, (HOST, edge.port))
                assert await stranger.final() == 403
            stranger.send(
                stranger.request("INVITE", "sip:998@127.0.0.99", body=SDP, call_id="after-1"),
                (HOST, edge.port),
            )
        await eventually(lambda: any(row.sip_call_id == "after-1" for row in edge.rows()))
        assert sum(row.sip_call_id == "repeated-1" for row in edge.rows()) == 1

    run(scene())


def test_too_many_hops(edge: EdgeStage, run: Run) -> None:
    """An INVITE at the end of its way is refused with 483 and has a row."""

    async def scene() -> None:
        async with Stranger("127.0.0.38") as stranger:
            text = stranger.request("INVITE", f"sip:114@{edge.uri}", body=SDP, call_id="hops-1")
            stranger.send(text.replace("Max-Forwards: 70", "Max-Forwards: 0"), (HOST, edge.port))
            assert await stranger.final() == 483
            stranger.send(text.replace("Max-Forwards: 70", "Max-Forwards: 0"), (HOST, edge.port))
            assert await stranger.final() == 483
        rows = await eventually(lambda: [row for row in edge.rows() if row.sip_call_id == "hops-1"])
        assert [reason_of(row) for row in rows] == [Reason.BAD_REQUEST]

    run(scene())


def test_a_flood_is_banned(edge: EdgeStage, run: Run) -> None:
    """A source that sends far too much hears nothing for a while; others do."""

    async def scene() -> None:
        async with Stranger(FLOODER) as flooder, Stranger(ELSEWHERE) as other:
            for _ in range(400):
                flooder.send(flooder.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            await eventually(lambda: edge.counts().get("flood"))
            await eventually(lambda: edge.counts().get("banned"))
            while not flooder.has_heard_nothing():
                await flooder.receive()
            flooder.send(flooder.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            other.send(other.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            assert await other.final() == 200
            assert flooder.has_heard_nothing()

    run(scene())
