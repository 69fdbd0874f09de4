"""The 49 messages of RFC 4475, by UDP and by TCP: answered as they should be, and nothing is left behind."""

from __future__ import annotations

import asyncio

import pytest

from callers.phone import Phone
from ledger.states import CallState
from tests.ivr.people import Desk, reach_menu
from tests.torture.deviations import LINE_DEVIATIONS
from tests.torture.message import SILENCE
from tests.torture.messages import MESSAGES
from tests.torture.round import ANSWERED_S, SILENT_S, TRANSPORTS, Outcome, send, send_all
from tests.torture.target import LineTarget, trap_at
from tests.torture.wire import lives

FOREIGN = "127.0.0.9"
WARM_UP_ROUNDS, ROUNDS = 2, 3
GROWTH_KB = 4096  # allocators round up; 16,000 lost messages of 1 kB would be four times as much


def test_all_messages_are_here() -> None:
    """By their names in the RFC, each once."""
    names = (
        "wsinv intmeth esc01 escnull esc02 lwsdisp longreq dblreq semiuri transports mpart01 unreason "
        "noreason badinv01 clerr ncl scalar02 scalarlg quotbal ltgtruri lwsruri lwsstart trws escruri "
        "baddate regbadct badaspec baddn badvers mismatch01 mismatch02 bigcode badbranch insuf unkscm "
        "novelsc unksm2 bext01 invut regaut01 multi01 mcl01 bcast zeromf cparam01 cparam02 regescrt "
        "sdp01 inv2543 "
    )
    assert sorted(message.name for message in MESSAGES) == sorted(names.split())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_each_is_answered_as_the_rfc_allows(line: LineTarget, transport: str) -> None:
    """Or as a deviation says that we know; the line lives after each, and calls nobody because of it."""

    async def scenario() -> tuple[list[Outcome], list[str]]:
        async with trap_at(FOREIGN) as trap:
            outcomes = []
            for message in MESSAGES:
                silent = SILENCE in message.answers or LINE_DEVIATIONS.get(message.name, (1,))[0] == SILENCE
                wait_s = SILENT_S if silent else ANSWERED_S
                outcome = await send(message, line.address, transport, trap.host_port, wait_s=wait_s)
                assert await lives(line.address), outcome.name
                outcomes.append(outcome)
            return outcomes, trap.requests

    outcomes, called = asyncio.run(scenario())
    assert [outcome.name for outcome in outcomes if not is_expected(outcome)] == []
    assert "INVITE" not in called


def is_expected(outcome: Outcome) -> bool:
    """By the RFC, or by what we know of pjsip."""
    known, _ = LINE_DEVIATIONS.get(outcome.message.name, (None, ""))
    return outcome.message.allows(outcome.status) or (outcome.status or SILENCE) == known


def test_every_invite_has_its_row(line: LineTarget) -> None:
    """As many new rows as INVITEs were answered; each ended for a reason, none is unexplained."""

    async def scenario() -> tuple[int, int]:
        before = len(await line.settled())
        outcomes = await send_all(line.address, f"{FOREIGN}:9")
        after = len(await line.settled())
        return sum(outcome.calls for outcome in outcomes), after - before

    answered, rows = asyncio.run(scenario())
    assert answered > 10
    assert rows == answered
    assert all(row.ending for row in line.rows())
    assert line.account().unexplained == ()


def test_rounds_leave_nothing_behind(line: LineTarget) -> None:
    """Files, threads and memory are after more rounds what they were after some."""

    async def scenario() -> None:
        for _ in range(WARM_UP_ROUNDS):
            await send_all(line.address, f"{FOREIGN}:9")
        await line.settled()
        before = line.health
        for _ in range(ROUNDS):
            await send_all(line.address, f"{FOREIGN}:9")
        await line.settled()
        assert await lives(line.address)
        after = line.health
        assert after.threads <= before.threads + 1  # one comes and goes
        assert after.files <= before.files + 2
        assert after.memory_kb <= before.memory_kb + GROWTH_KB

    asyncio.run(scenario())


def test_a_real_call_goes_through_afterwards(line: LineTarget, operator_port: int) -> None:
    """Menu, key, operator's voice: and the operator's phone has rung for nobody else."""

    async def scenario() -> None:
        desk = Desk()
        desk.phone._port = operator_port
        async with desk.phone, Phone() as phone:
            call = await reach_menu(phone, line)  # type: ignore[arg-type]
            await call.send_digits("1")
            await desk.talking.wait()
            await call.hang_up()
            row = await line.ended_row_of(call.sip_call_id or "")
            assert len(desk.calls) == 1
            assert (row.state, row.operator) == (CallState.ENDED, "8001")

    asyncio.run(scenario())
