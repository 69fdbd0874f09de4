"""After kill -9 of `hotline up` behind an edge its lines let callers finish, through the next edge."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from callers.phone import Phone
from callers.phone_call import CallEnd, PhoneCall
from hotline.ports import LOOPBACK, free_port
from hotline.stand import settle
from ledger import calls
from ledger.database import Ledger, open_ledger
from ledger.records import Call
from ledger.states import Reason
from sip_config.load import STANDARD_PLAN
from tests.hotline.hall import eventually, hears
from tests.programs import needs

pytestmark = needs("kamailio")

DRAIN_S = 300  # what the killed hotline's lines let their callers finish in; no caller here takes so long
CHANGES = {  # callers may stay in the menu until the next hotline runs, and key 4 ends in the line's BYE
    "prompt: menu-112\n": "prompt: menu-112\n    silence_s: 60\n    tries: 5\n",
    '"4": {say: self-check-broadband, then: {repeat: true}}': '"4": {say: self-check-broadband}',
}


class KilledHotline:
    """`hotline up` with two lines, started again and again in one data directory on the same port."""

    def __init__(self, data: Path) -> None:
        settings = settle(data, lines=2)
        plan = STANDARD_PLAN.read_text()
        for standard, ours in CHANGES.items():
            assert standard in plan
            plan = plan.replace(standard, ours)
        (data / "plan.yaml").write_text(plan)
        self.target = f"sip:112@{LOOPBACK}:{settings.sip_port}"
        self.ledger: Ledger = open_ledger(settings)
        own = {"HOTLINE_DATA_DIR": data, "HOTLINE_PLAN": data / "plan.yaml", "HOTLINE_DRAIN_S": DRAIN_S}
        self._environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
        self._command = [sys.executable, "-m", "hotline", "up", "--lines", "2"]
        self._command += ["--sip-port", str(settings.sip_port), "--console-port", str(free_port())]

    def start(self) -> subprocess.Popen[str]:
        """Returns when it serves."""
        process = subprocess.Popen(self._command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert any(said.startswith("SIP: ") for said in process.stdout)
        return process

    def row_of(self, call: PhoneCall) -> Call:
        """As the ledger has it now."""
        with self.ledger.reading() as session:
            (row,) = [row for row in calls.list_calls(session) if row.sip_call_id == call.sip_call_id]
        return row


def end(process: subprocess.Popen[str]) -> None:
    """By kill -9 or by SIGTERM; gives the pipe back."""
    process.wait(90)
    assert process.stdout is not None
    process.stdout.close()


async def held_call(phone: Phone, hotline: KilledHotline) -> PhoneCall:
    """A caller who has been answered and hears something."""
    call = await phone.dial(hotline.target)
    await call.answered(8)
    await hears(call)
    return call


def test_both_sides_can_hang_up_through_the_next_edge(tmp_path: Path) -> None:
    """The caller's BYE reaches the old line at once, the old line's own reaches the caller."""
    hotline = KilledHotline(tmp_path / "var")

    async def scenario(first: subprocess.Popen[str]) -> tuple[subprocess.Popen[str], Call, Call]:
        async with Phone() as phone:
            leaving, staying = [await held_call(phone, hotline) for _ in range(2)]
            first.kill()
            second = await asyncio.to_thread(hotline.start)
            newcomer = await held_call(phone, hotline)
            await newcomer.hang_up()
            await leaving.hang_up()
            left = await eventually(lambda: ended(leaving), 30)
            await staying.send_digits("4")  # hears the announcement, and then its line hangs up
            await staying.ended(60)
            assert staying.end is CallEnd.FAR_HUNG_UP
            return second, left, await eventually(lambda: ended(staying), 10)

    def ended(call: PhoneCall) -> Call | None:
        row = hotline.row_of(call)
        return row if row.ending else None

    first = hotline.start()
    second, left, stayed = asyncio.run(scenario(first))
    end(first)
    second.terminate()
    end(second)
    hotline.ledger.close()
    assert left.ending is not None
    assert left.ending.reason is Reason.CALLER_HUNG_UP
    assert stayed.ending is not None
    assert stayed.ending.reason is Reason.MENU_ENDED
