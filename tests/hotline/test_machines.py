"""Lines on a second machine: another fleet, another address, the same ledger and the same edge."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from callers.dialogue import load_dialogues
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.installation import installation
from hotline.plans import plan_of
from hotline.supervisor import Supervisor
from ledger import judgements
from ledger.records import Call
from ledger.states import CallState, LineState, Reason
from tests.hotline.hall import LINES, Hall, eventually, hears
from tests.programs import needs

pytestmark = needs("kamailio")
ADDRESS, LINE = "127.0.0.2", "second-line-1"
SEVENTH = "13700000007"


@asynccontextmanager
async def second_machine(opened: Hall) -> AsyncIterator[None]:
    """One line at an address of its own, as `hotline up --lines 1 --edge ... --line-host ...` starts it."""
    there = {"machine": "second", "line_host": ADDRESS, "edge": opened.stand.sip_uri, "lines": 1}
    here = opened.stand.settings
    settings = here.model_copy(update={**there, "database_url": here.ledger_url})
    fleet = Supervisor(*installation(settings, plan_of(settings)))
    assert [child.name for child in fleet.children] == ["lines"]
    await asyncio.to_thread(fleet.start)
    try:
        await eventually(lambda: opened.is_given_callers(LINE), 10)
        yield
    finally:
        await asyncio.to_thread(fleet.stop)


async def seventh_call(phone: Phone, opened: Hall) -> PhoneCall:
    """A caller for whom the first machine has no place."""
    call = await phone.dial(f"sip:114@{opened.stand.sip_uri}")
    await call.answered(8)
    await hears(call)
    line = opened.lines()[LINE]
    assert (opened.line_of(call), line.host) == (line.process, ADDRESS)
    return call


async def full(opened: Hall) -> list[PhoneCall]:
    """As many callers as the first machine has places for."""
    return [await opened.call() for _ in range(2 * LINES)]


def test_lines_of_another_machine_serve_the_same_edge(opened: Hall, runner: asyncio.Runner) -> None:
    """The caller hears the menu and an operator through the second machine; the recording is scored."""
    dialogue = load_dialogues()["114-hospital-perfect"]
    greeting = dialogue.model_copy(
        update={"turns": dialogue.turns[:1], "hang_up": "operator", "survey": None}
    )

    async def scenario() -> tuple[Call, LineState]:
        callers = await full(opened)
        async with Phone(user=SEVENTH) as phone:
            opened.stand.expected[SEVENTH] = greeting
            async with second_machine(opened):
                call = await seventh_call(phone, opened)
                for other in callers:
                    await other.hang_up()
                await call.wait_for_quiet(1.0)
                await call.send_digits("1")
                await eventually(lambda: opened.rows()[call.sip_call_id].operator, 20)
                await call.ended(60)
                await eventually(lambda: opened.rows()[call.sip_call_id].state is CallState.SCORED, 60)
            opened.stand.expected.clear()
            return opened.rows()[call.sip_call_id], opened.lines()[LINE].state

    row, state = runner.run(scenario())
    assert row.operator in {"8001", "8002"}
    assert row.ending is not None
    assert row.ending.reason is Reason.OPERATOR_HUNG_UP
    assert state is LineState.DEAD


def test_a_killed_line_of_another_machine_is_back_and_its_recording_rescued(
    opened: Hall, runner: asyncio.Runner
) -> None:
    """Kill -9: its caller is lost with the line, the first machine's six go on, the next call is served."""
    earlier = opened.account().invites

    async def scenario() -> Call:
        callers = await full(opened)
        async with Phone(user=SEVENTH) as phone:
            async with second_machine(opened):
                lost = await seventh_call(phone, opened)
                await lost.pause(2.0)  # what is captured is on the disk but for the last half second
                before = opened.lines()[LINE].pid
                os.kill(before, signal.SIGKILL)
                await eventually(lambda: opened.lines()[LINE].pid != before, 10)
                await eventually(lambda: opened.is_given_callers(LINE), 10)
                await (await seventh_call(phone, opened)).hang_up()
                await asyncio.gather(*(hears(call) for call in callers))
                for call in (lost, *callers):
                    await call.hang_up()
                await eventually(
                    lambda: all(row.state is CallState.SCORED for row in opened.rows().values()), 90
                )
            account = opened.account()
            assert account.is_clean
            assert account.recorded == account.invites == earlier + 2 * LINES + 2
            row = opened.rows()[lost.sip_call_id]
            with opened.stand.ledger.reading() as session:
                assert judgements.get_recording(session, row.id).rescued
            return row

    row = runner.run(scenario())
    assert row.ending is not None
    assert row.ending.reason is Reason.LINE_DIED
