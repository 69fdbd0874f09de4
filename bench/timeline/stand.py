"""Lines on loopback, and operators' phones that do what is expected of a caller's number."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.timeline.bursts import RATE_HZ, Samples
from bench.timeline.scenarios import Side
from callers.errors import CallOver
from callers.g711 import PCMA, PCMU
from callers.g722 import G722
from callers.incoming_call import IncomingCall
from callers.pacer import Pacer
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.installation import installation
from hotline.plans import plan_of
from hotline.ports import LOOPBACK as HOST
from hotline.stand import settle
from hotline.supervisor import Supervisor
from ivr.line import CALLERS_A_LINE
from ledger import calls
from ledger.database import Ledger, open_ledger
from ledger.records import Call

PARTS = {"lines", "edge"}  # what seals, transcribes and shows is not measured here
CODECS = (PCMA, PCMU, G722)
EVERY_S = 0.8  # from one burst to the next
OPERATORS = tuple(str(number) for number in range(9001, 9021))


def take_side(call: PhoneCall, side: Side) -> None:
    """Give a call its network and its clock, before it is answered."""
    call.media.network = side.network()
    if side.fast_ppm:
        call.media.pacer = Pacer(asyncio.get_running_loop(), side.fast_ppm)


async def sound_on(call: PhoneCall, sound: Samples) -> None:
    """A burst every EVERY_S, until the call is over or nobody wants more. Raises CallOver."""
    while True:
        await call.pause(EVERY_S - len(sound) / RATE_HZ)
        await call.play(sound)


@dataclass(kw_only=True)
class Stand:
    """What runs."""

    target: str  # what callers dial
    capture_dir: Path
    ledger: Ledger
    _expected: dict[str, tuple[Side, Samples, asyncio.Future[PhoneCall]]] = field(default_factory=dict)

    def expect(self, user: str, side: Side, sound: Samples) -> asyncio.Future[PhoneCall]:
        """Whoever gets this caller bursts with `sound`; the future is the operator's call."""
        picked_up: asyncio.Future[PhoneCall] = asyncio.get_running_loop().create_future()
        self._expected[user] = (side, sound, picked_up)
        return picked_up

    async def pick_up(self, call: IncomingCall) -> None:
        """An operator's phone rings."""
        side, sound, picked_up = self._expected[call.caller_number or ""]
        take_side(call, side)
        await call.ring()
        await call.answer()
        picked_up.set_result(call)
        with suppress(CallOver):
            await sound_on(call, sound)

    async def ended_row(self, call: PhoneCall) -> Call:
        """The call's row, once the line has closed it."""
        give_up_s = time.monotonic() + 20
        while True:
            with self.ledger.reading() as session:
                rows = [row for row in calls.list_calls(session) if row.sip_call_id == call.sip_call_id]
            if rows and rows[0].ending is not None:
                return rows[0]
            assert time.monotonic() < give_up_s, "the line did not close the call"
            await asyncio.sleep(0.1)  # polling another process's ledger


@asynccontextmanager
async def open_stand(folder: Path, *, callers: int) -> AsyncIterator[Stand]:
    """Lines for so many callers at once."""
    settings = settle(folder, log_level="error", lines=ceil(callers / CALLERS_A_LINE))
    async with Phone(HOST, any_user=True, codecs=CODECS) as phones:
        with (folder / "plan.yaml").open("w") as file:
            YAML().dump(_plan(phones.address[1]), file)
        ledger = open_ledger(settings)
        children, environment = installation(settings, plan_of(settings))
        supervisor = Supervisor([child for child in children if child.name in PARTS], environment)
        await asyncio.to_thread(supervisor.start)
        stand = Stand(
            target=f"sip:114@{HOST}:{settings.sip_port}", capture_dir=settings.capture_dir, ledger=ledger
        )
        phones.on_invite = stand.pick_up
        try:
            yield stand
        finally:
            await asyncio.to_thread(supervisor.stop)
            ledger.close()


def _plan(operators_port: int) -> dict[str, Any]:
    """The shortest way to an operator."""
    to_desk = {"desk": "114"}
    menu = {"prompt": "beep", "silence_s": 0.1, "tries": 1, "keys": {"1": to_desk}, "otherwise": to_desk}
    return {
        "version": 1,
        "numbers": {"114": {"name": "查号台", "greeting": "beep", "menu": "stay", "desk": "114"}},
        "menus": {"stay": menu},
        "desks": {"114": {"name": "114查号台", "operators": list(OPERATORS)}},
        "operators": {
            number: {"name": number, "address": f"sip:{number}@{HOST}:{operators_port}"}
            for number in OPERATORS
        },
        "survey": {"enabled": False},
        "limits": {"longest_call_s": 7200},
        "trunks": {"loopback": {"addresses": [HOST]}},
    }
