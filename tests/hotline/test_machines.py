"""Lines on a second machine: another fleet, another address, the same ledger and the same edge."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from callers.dialogue import load_dialogues
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.installation import installation
from hotline.plans import plan_of
from hotline.reconciling import reconcile_calls
from hotline.supervisor import Supervisor
from ledger import judgements
from ledger.records import Call
from ledger.states import CallState, LineState, Reason
from recorder.opening import Recordings
from tests.hotline.hall import LINES, Hall, eventually, hall, hears
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


def test_lines_of_another_machine_serve_the_same_edge(tmp_path: Path) -> None:
    """The caller hears the menu and an operator through the second machine; the recording is scored."""
    dialogue = load_dialogues()["114-hospital-perfect"]
    greeting = dialogue.model_copy(
        update={"turns": dialogue.turns[:1], "hang_up": "operator", "survey": None}
    )

    async def scenario() -> tuple[Call, LineState]:
        async with hall(tmp_path, callers=2 * LINES) as opened, Phone(user=SEVENTH) as phone:
            opened.stand.expected[SEVENTH] = greeting
            async with second_machine(opened):
                call = await seventh_call(phone, opened)
                for other in opened.callers:
                    await other.hang_up()
                await call.wait_for_quiet(1.0)
                await call.send_digits("1")
                await eventually(lambda: opened.rows()[call.sip_call_id].operator, 20)
                await call.ended(60)
                await eventually(lambda: opened.rows()[call.sip_call_id].state is CallState.SCORED, 60)
            return opened.rows()[call.sip_call_id], opened.lines()[LINE].state

    row, state = asyncio.run(scenario())
    assert row.operator in {"8001", "8002"}
    assert row.ending is not None
    assert row.ending.reason is Reason.OPERATOR_HUNG_UP
    assert state is LineState.DEAD


def test_a_killed_line_of_another_machine_is_back_and_its_recording_rescued(tmp_path: Path) -> None:
    """Kill -9: its caller is lost with the line, the first machine's six go on, the next call is served."""

    async def scenario() -> Call:
        async with hall(tmp_path, callers=2 * LINES) as opened, Phone(user=SEVENTH) as phone:
            async with second_machine(opened):
                lost = await seventh_call(phone, opened)
                await lost.pause(2.0)  # what is captured is on the disk but for the last half second
                before = opened.lines()[LINE].pid
                os.kill(before, signal.SIGKILL)
                await eventually(lambda: opened.lines()[LINE].pid != before, 10)
                await eventually(lambda: opened.is_given_callers(LINE), 10)
                await (await seventh_call(phone, opened)).hang_up()
                await asyncio.gather(*(hears(call) for call in opened.callers))
                for call in (lost, *opened.callers):
                    await call.hang_up()
                await eventually(
                    lambda: all(row.state is CallState.SCORED for row in opened.rows().values()), 90
                )
            account = reconcile_calls(
                opened.stand.ledger, Recordings(opened.stand.settings), opened.stand.settings.capture_dir
            )
            assert account.is_clean
            assert account.recorded == account.invites == 2 * LINES + 2
            row = opened.rows()[lost.sip_call_id]
            with opened.stand.ledger.reading() as session:
                assert judgements.get_recording(session, row.id).rescued
            return row

    row = asyncio.run(scenario())
    assert row.ending is not None
    assert row.ending.reason is Reason.LINE_DIED
