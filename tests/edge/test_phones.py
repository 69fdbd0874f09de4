"""Operators' phones sign on with a password, are reached by lines, and may dial what the plan lets them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from callers.errors import CallRefused, RegistrationRefused
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.ports import free_port
from ledger import operators, secrets
from ledger.clock import now
from ledger.states import OperatorState, Reason
from ledger.tables import OperatorRow
from tests.edge.conftest import Run
from tests.edge.stage import (
    CALLER_HOST,
    HOST,
    THROUGH_AGAIN_S,
    EdgeStage,
    PlayedLine,
    answered,
    eventually,
    opened_stage,
    reason_of,
    refused,
)

FIXED_PORT = free_port()
PASSWORD = "correct horse"
REALM = "hotline"


def may_dial(document: dict[str, Any]) -> None:
    """8001 registers and may call 114; 8002 has a fixed address."""
    document["operators"]["8001"]["may_dial"] = ["114"]
    document["edge"]["longest_registration_s"] = 60


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge with two phones that register and one that does not."""
    with opened_stage(tmp_path_factory.mktemp("phones")) as prepared:
        prepared.set_password("8001", PASSWORD, REALM)
        prepared.set_password("8003", PASSWORD, REALM)
        with prepared.ledger.transaction() as session:
            operators.enrol(session, ["8001", "8002", "8003"], {"8001", "8003"})
        seats = {"8001": None, "8002": f"sip:8002@{HOST}:{FIXED_PORT}", "8003": None}
        prepared.start(seats, may_dial)
        yield prepared


def operator(number: str = "8001", **options: Any) -> Phone:
    """An operator's phone with the right password."""
    return Phone(user=number, **{"host": CALLER_HOST, "password": PASSWORD, **options})


async def pick_up(call: IncomingCall) -> None:
    """Answer, and talk until the other side hangs up."""
    await call.answer()
    await call.ended(30)


def row(edge: EdgeStage, number: str) -> OperatorRow:
    """The operator's row."""
    with edge.ledger.reading() as session:
        found = session.get(OperatorRow, number)
        assert found is not None
        return found


def test_a_phone_signs_on_and_off(edge: EdgeStage, run: Run) -> None:
    """With the right password the row says until when; who was off becomes idle, and is off again."""
    with edge.ledger.transaction() as session:
        operators.set_by_person(session, "8001", OperatorState.OFF)

    async def scene() -> None:
        async with operator() as phone:
            await phone.register(f"sip:{edge.uri}", expires_s=3600)
            until = await eventually(lambda: row(edge, "8001").registered_until)
            assert until <= now() + timedelta(seconds=61), "the plan's longest registration"
            assert row(edge, "8001").state == OperatorState.IDLE
            await phone.unregister()
            await eventually(lambda: row(edge, "8001").state == OperatorState.OFF)
            assert row(edge, "8001").registered_until is None

    run(scene())


def test_a_registration_runs_out(edge: EdgeStage, run: Run) -> None:
    """A phone that goes away without a word is off when its time is over."""

    async def scene() -> None:
        async with operator() as phone:
            await phone.register(f"sip:{edge.uri}", expires_s=4)
            phone.agent.close()
            await eventually(lambda: row(edge, "8001").registered_until)
            await eventually(lambda: row(edge, "8001").state == OperatorState.OFF)

    run(scene())


@pytest.mark.parametrize(
    ("number", "password"),
    [("8001", "wrong"), ("8009", PASSWORD), ("8002", PASSWORD)],
    ids=["wrong-password", "unknown-user", "fixed-phone"],
)
def test_others_do_not_sign_on(edge: EdgeStage, run: Run, number: str, password: str) -> None:
    """All are answered alike, so that nobody learns which numbers exist."""

    async def scene() -> None:
        async with operator(number, password=password) as phone:
            with pytest.raises(RegistrationRefused, match="401"):
                await phone.register(f"sip:{edge.uri}")

    run(scene())


def test_nobody_signs_on_as_somebody_else(edge: EdgeStage, run: Run) -> None:
    """The password of 8001 gives no registration of 8003."""

    async def scene() -> None:
        async with operator("8003", password=PASSWORD) as phone:
            assert phone.agent.credentials is not None
            phone.agent.credentials = type(phone.agent.credentials)(user="8001", password=PASSWORD)
            with pytest.raises(RegistrationRefused, match="401"):
                await phone.register(f"sip:{edge.uri}")

    run(scene())


def test_guessing_is_cut_short(edge: EdgeStage, run: Run) -> None:
    """After ten wrong passwords from one address the right one is refused there for a while too."""

    async def scene() -> None:
        async with operator("8003", password="wrong") as guesser:
            for _ in range(10):
                with pytest.raises(RegistrationRefused):
                    await guesser.register(f"sip:{edge.uri}")
        async with operator("8003") as phone:
            with pytest.raises(RegistrationRefused):
                await phone.register(f"sip:{edge.uri}")
        async with Phone("127.0.0.10", user="8003", password=PASSWORD) as phone:
            await phone.register(f"sip:{edge.uri}")

    run(scene())


def test_a_new_password_counts_at_once(edge: EdgeStage, run: Run) -> None:
    """And the old one no longer."""

    async def scene() -> None:
        edge.set_password("8003", "another", REALM)
        async with Phone("127.0.0.11", user="8003", password="another") as phone:
            await registers_eventually(phone, edge)
        async with Phone("127.0.0.11", user="8003", password=PASSWORD) as phone:
            with pytest.raises(RegistrationRefused):
                await phone.register(f"sip:{edge.uri}")
        with edge.ledger.transaction() as session:
            secrets.remove_secret(session, "8003")
        edge.set_password("8003", PASSWORD, REALM)

    run(scene())


async def registers_eventually(phone: Phone, edge: EdgeStage) -> None:
    """The keeper looks twice a second."""
    for _ in range(8):
        try:
            return await phone.register(f"sip:{edge.uri}")
        except RegistrationRefused:
            await asyncio.sleep(0.25)
    pytest.fail("the new password was never taken")


async def reached_again(line: PlayedLine, edge: EdgeStage) -> PhoneCall:
    """A call to the phone: a Kamailio that has just started first reads its registrations."""
    while True:
        call = await line.phone.dial(f"sip:8001@{edge.uri}")
        with suppress(CallRefused):
            await call.answered(5)
            return call
        await asyncio.sleep(0.1)  # asking another process again


def test_a_line_reaches_a_registered_phone(edge: EdgeStage, run: Run) -> None:
    """A line dials the number at the edge; the phone of the newest registration rings, also after kill -9."""

    async def scene() -> None:
        line = PlayedLine("dials")
        async with edge.lines(line), operator() as old, operator() as phone:
            phone.on_invite = pick_up
            await old.register(f"sip:{edge.uri}")
            await phone.register(f"sip:{edge.uri}")
            call = await line.phone.dial(
                f"sip:8001@{edge.uri}", user="13900000000", headers={"X-Hotline-Call": "c-1"}
            )
            await call.answered(5)
            assert phone.calls[0].remote_headers["X-Hotline-Call"] == "c-1"
            await phone.calls[0].hang_up()
            await call.ended(5)
            before = set(edge.kamailios())
            edge.kill(edge.pid_of("main process"))
            async with asyncio.timeout(THROUGH_AGAIN_S):
                await edge.is_replaced(before)
                call = await reached_again(line, edge)
            await call.hang_up()

    run(scene())


def test_a_line_reaches_a_fixed_phone_and_nobody_else(edge: EdgeStage, run: Run) -> None:
    """The plan's address is called; a number that is no operator's is 404, one that is not there 480."""

    async def scene() -> None:
        line = PlayedLine("dials-too")
        async with edge.lines(line), Phone(HOST, FIXED_PORT, user="8002") as phone:
            phone.on_invite = pick_up
            call = await line.phone.dial(f"sip:8002@{edge.uri}")
            await call.answered(5)
            await call.hang_up()
            assert (await refused(line.phone, edge, "13800000000")).status == 404
            assert (await refused(line.phone, edge, "114")).status == 404
            assert (await refused(line.phone, edge, "8003")).status == 480

    run(scene())


def test_an_operator_dials_a_feature_code(edge: EdgeStage, run: Run) -> None:
    """With the password it goes to a line, which is told who dialled; without, no line hears of it."""

    async def scene() -> None:
        line = PlayedLine("features", places=9)
        async with edge.lines(line), operator() as phone, Phone(CALLER_HOST, user="8001") as stranger:
            await answered(phone, edge, "*60")
            assert line.taken[0].dialled == "*60"
            assert line.taken[0].remote_headers["X-Hotline-Operator"] == "8001"
            await answered(phone, edge, "114")
            unsigned = await refused(stranger, edge, "*60")
            assert unsigned.status == 407
            assert len(line.asked) == 2

    run(scene())


def test_an_operator_dials_what_nobody_has(edge: EdgeStage, run: Run) -> None:
    """Who has shown a password is told that there is no such number, with a row; no colleague is called."""

    async def scene() -> None:
        async with edge.lines(PlayedLine("forbids")), operator("8003", host="127.0.0.12") as phone:
            for number in ("00972597", "8001"):
                unknown = await refused(phone, edge, number)
                assert unknown.status == 404
                row = await edge.row_of(unknown)
                assert (row.hotline, reason_of(row)) == (number, Reason.UNKNOWN_NUMBER)
                assert row.facts["source"].startswith("udp:127.0.0.12:")

    run(scene())


def test_wrong_password_and_borrowed_number(edge: EdgeStage, run: Run) -> None:
    """A wrong password is 403 with a row; so is the right one under another operator's number."""

    async def scene() -> None:
        async with edge.lines(PlayedLine("borrows")) as _, operator(password="wrong") as guesser:
            call = await refused(guesser, edge, "*60")
            assert call.status == 403
            assert reason_of(await edge.row_of(call)) is Reason.NOT_ALLOWED
        async with edge.lines(PlayedLine("borrows-too")), operator("8001") as phone:
            call = await refused(phone, edge, "*60", user="8003")
            assert call.status == 403

    run(scene())


def test_a_fixed_phone_needs_no_password_from_its_own_address(edge: EdgeStage, run: Run) -> None:
    """Exactly its address and port count as the operator; From alone does not."""

    async def scene() -> None:
        line = PlayedLine("fixed", places=9)
        async with edge.lines(line), Phone(HOST, FIXED_PORT, user="8002") as phone:
            await answered(phone, edge, "*61")
            assert line.taken[0].remote_headers["X-Hotline-Operator"] == "8002"
        async with Phone(HOST, user="8002") as stranger:
            assert (await refused(stranger, edge, "*61")).status == 407

    run(scene())
