"""Where the plan names trunks, calls come from them alone: known by address or by password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from callers.phone import Phone
from ledger.states import Reason
from tests.edge.conftest import Run
from tests.edge.stage import (
    CALLER_HOST,
    HOST,
    EdgeStage,
    PlayedLine,
    answered,
    eventually,
    opened_stage,
    reason_of,
    refused,
)
from tests.edge.strangers import Stranger

CITY = "127.0.0.51"
PASSWORD = "trunk secret"


def trunks(document: dict[str, Any]) -> None:
    """One trunk by address with a limit, one by password, and a low flood limit."""
    document["trunks"] = {
        "city": {"addresses": ["127.0.0.51", "127.0.0.52/31"], "most_calls": 2},
        "village": {"user": "village-pbx"},
    }
    document["operators"]["8002"] = {"name": "8002", "may_dial": ["114"]}
    document["edge"] = {"flood": {"requests": 40, "ban_s": 60}, "most_calls_per_source": 1}


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge with trunks."""
    with opened_stage(tmp_path_factory.mktemp("trunks")) as prepared:
        prepared.set_password("village-pbx", PASSWORD, "hotline")
        prepared.set_password("8001", "operator", "hotline")
        prepared.set_password("8002", "operator", "hotline")
        prepared.start(change=trunks)
        yield prepared


def test_a_trunk_by_address(edge: EdgeStage, run: Run) -> None:
    """Its callers come through without a password, its word on who calls counts, its limit is its own."""

    async def scene() -> None:
        line = PlayedLine("city", places=9)
        async with edge.lines(line), Phone(CITY) as trunk, Phone("127.0.0.53") as same:
            call = await trunk.dial(
                f"sip:114@{edge.uri}",
                headers={"P-Asserted-Identity": "<sip:110@example.org>", "X-Hotline-Operator": "8001"},
            )
            await call.answered(5)
            assert line.taken[0].caller_number == "110"
            assert line.taken[0].remote_headers.get("X-Hotline-Operator") is None
            await answered(same, edge)
            third = await refused(trunk, edge)
            assert (third.status, third.remote_headers["Retry-After"]) == (503, "5")
            assert reason_of(await edge.row_of(third)) is Reason.TOO_MANY_CALLS
            assert (await refused(trunk, edge, "999")).status == 404

    run(scene())


def test_a_trunk_by_password(edge: EdgeStage, run: Run) -> None:
    """It calls from any address and with any caller's number; without a limit of its own it has none."""

    async def scene() -> None:
        line = PlayedLine("village", places=9)
        async with edge.lines(line), Phone(CALLER_HOST, user="village-pbx", password=PASSWORD) as trunk:
            for caller in ("13900000001", "13900000002", "13900000003"):
                call = await trunk.dial(f"sip:114@{edge.uri}", user=caller)
                await call.answered(5)
                assert line.taken[-1].caller_number == caller
                assert line.taken[-1].remote_headers.get("Proxy-Authorization") is None

    run(scene())


@pytest.mark.parametrize(
    ("user", "password", "status"),
    [
        ("13800000000", None, 407),
        ("village-pbx", "wrong", 403),
        ("nobody", PASSWORD, 403),
        ("8001", "operator", 403),
    ],
    ids=["no-password", "wrong-password", "unknown-user", "operator-without-right"],
)
def test_others_do_not_call(edge: EdgeStage, run: Run, user: str, password: str | None, status: int) -> None:
    """Strangers are asked for a password; wrong ones and operators without the right are refused."""

    async def scene() -> None:
        line = PlayedLine("others")
        async with edge.lines(line), Phone("127.0.0.59", user=user, password=password) as phone:
            call = await refused(phone, edge)
            assert call.status == status
            assert line.asked == []
            if status == 403:
                assert reason_of(await edge.row_of(call)) is Reason.NOT_ALLOWED

    run(scene())


@pytest.mark.parametrize("number", ["114", "8001", "*60", "999"])
def test_every_stranger_is_asked_alike(edge: EdgeStage, run: Run, number: str) -> None:
    """Without a password it is 407 and no row, whoever calls and whatever is dialled: nothing is told."""

    async def scene() -> None:
        line = PlayedLine("asked")
        async with edge.lines(line), Phone("127.0.0.57") as phone:
            for user in ("8001", "8002", "9999", "village-pbx"):
                call = await refused(phone, edge, number, user=user)
                assert call.status == 407
                assert all(row.sip_call_id != call.sip_call_id for row in edge.rows())
            assert line.asked == []

    run(scene())


def test_an_operator_with_the_right_calls(edge: EdgeStage, run: Run) -> None:
    """The number in may_dial is answered to the operator's password, and the line is told who dials."""

    async def scene() -> None:
        line = PlayedLine("right")
        async with edge.lines(line), Phone(CALLER_HOST, user="8002", password="operator") as phone:
            await answered(phone, edge)
            assert line.taken[0].remote_headers["X-Hotline-Operator"] == "8002"

    run(scene())


def test_an_operator_s_credentials_are_no_trunk_s(edge: EdgeStage, run: Run) -> None:
    """A caller's number in From does not make an operator's password good for calling."""

    async def scene() -> None:
        async with (
            edge.lines(PlayedLine("mixed")),
            Phone(CALLER_HOST, user="8001", password="operator") as phone,
        ):
            assert (await refused(phone, edge, user="13900000009")).status == 403

    run(scene())


def test_a_trunk_is_never_banned(edge: EdgeStage, run: Run) -> None:
    """However much it sends, its calls come through; a stranger who sends as much is banned."""

    async def scene() -> None:
        async with Stranger("127.0.0.52") as trunk, Stranger("127.0.0.58") as stranger:
            for _ in range(300):
                trunk.send(trunk.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
                stranger.send(stranger.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            await eventually(lambda: edge.counts().get("flood"))
            while not trunk.has_heard_nothing():
                await trunk.receive()
            trunk.send(trunk.request("OPTIONS", f"sip:{edge.uri}"), (HOST, edge.port))
            assert await trunk.final() == 200

    run(scene())


def test_an_operator_behind_a_trunk_s_address(edge: EdgeStage, run: Run) -> None:
    """With a password it is an operator, whose identity is not what it claims; else the trunk's caller."""

    async def scene() -> None:
        line = PlayedLine("behind", places=9)
        claimed = {"P-Asserted-Identity": "<sip:110@example.org>"}
        async with edge.lines(line), Phone(CITY, user="8001", password="operator") as phone:
            call = await phone.dial(f"sip:114@{edge.uri}", headers=claimed)
            await call.answered(5)
            assert line.taken[0].remote_headers.get("X-Hotline-Operator") is None
            phone.agent.credentials = None
            assert (await refused(phone, edge, "*60")).status == 404

    run(scene())
