"""Kill -9 of one line under the full load of conversations: who notices, and what is left of the calls."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from bench.lines.hall import Hall, open_hall
from bench.lines.runs import ARRIVALS_A_SECOND, SETTLE_S
from callers.heard_audio import LATE_S
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger import lines, operators
from ledger.clock import now
from ledger.records import Call
from ledger.signatures import name_of, pid_of
from ledger.states import LineState, OperatorState, Reason
from recorder.capture import Capture
from recorder.sealing import SAMPLE_RATE_HZ, join_capture

WINDOW_S = 8.0  # how long everybody is listened to, before the death and after it
PATIENCE_S = 60.0
LOOK_S = 0.02  # between two looks into the ledger
FIRST_NUMBER = 13_900_000_000


@dataclass(frozen=True, kw_only=True)
class Death:
    """What the death of one line did."""

    callers: int
    talking: int  # conversations in the moment of the death
    on_the_line: int  # of them on the line that died
    lost: int  # rows that say line_died
    silenced: int  # callers elsewhere who heard nothing afterwards
    slots: int  # of callers elsewhere, after the death; as many before it
    late_before: int
    late_after: int
    back_s: float  # from the kill until the ledger has the line's next process serving
    unexplained: int  # rows without an end when all have hung up
    missing_s: float  # the most that a rescued capture lacks of the time from answer to death


@dataclass(frozen=True, kw_only=True)
class _Scene:
    hall: Hall
    calls: list[PhoneCall]
    victim: str  # the signature of the process that dies
    killed_at: datetime
    before: list[NDArray[np.float64]]  # the lateness of each caller's slots, in seconds
    after: list[NDArray[np.float64]]


async def _until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(found):
            await asyncio.sleep(LOOK_S)


def run_deaths(folder: Path, callers: int) -> Death:
    """So many conversations, and kill -9 of a line with two of them."""
    with open_hall(folder, callers=callers, operators=callers) as hall:
        return asyncio.run(_die(hall, callers))


async def _die(hall: Hall, callers: int) -> Death:
    async with Phone(user=str(FIRST_NUMBER)) as phone:
        calls = [await _arrive(phone, hall, str(FIRST_NUMBER + place)) for place in range(callers)]
        await _until(lambda: _talking(hall) == callers)
        await asyncio.sleep(SETTLE_S)
        before = await _listen(calls)
        talking, victim = _talking(hall), _fullest_line(hall)
        killed_at, killed_s = now(), time.monotonic()
        os.kill(pid_of(victim), signal.SIGKILL)
        back, after = await asyncio.gather(_back_s(hall, victim, killed_s), _listen(calls))
        for call in calls:
            await call.hang_up()
            await asyncio.sleep(1 / ARRIVALS_A_SECOND)  # all at once would be a flood
        await asyncio.sleep(SETTLE_S)
    scene = _Scene(hall=hall, calls=calls, victim=victim, killed_at=killed_at, before=before, after=after)
    return _told(scene, talking=talking, back_s=back)


async def _arrive(phone: Phone, hall: Hall, number: str) -> PhoneCall:
    await asyncio.sleep(1 / ARRIVALS_A_SECOND)
    call = await phone.dial(hall.target, user=number)
    await call.answered(PATIENCE_S)
    await call.send_digits("1")
    return call


async def _listen(calls: list[PhoneCall]) -> list[NDArray[np.float64]]:
    """The lateness of each caller's slots from now on, for a while."""
    heard = [call.slots().count for call in calls]
    await asyncio.sleep(WINDOW_S)
    return [call.slots().lateness_s[count:] for call, count in zip(calls, heard, strict=True)]


def _talking(hall: Hall) -> int:
    with hall.ledger.reading() as session:
        return sum(one.state is OperatorState.TALKING for one in operators.list_operators(session))


def _fullest_line(hall: Hall) -> str:
    """The signature of the process with most callers."""
    return Counter(str(row.line) for row in hall.calls()).most_common(1)[0][0]


async def _back_s(hall: Hall, victim: str, killed_s: float) -> float:
    def is_back() -> bool:
        with hall.ledger.reading() as session:
            (line,) = (line for line in lines.list_lines(session) if line.name == name_of(victim))
        return line.process != victim and line.state is LineState.SERVING

    await _until(is_back)
    return time.monotonic() - killed_s


def _told(scene: _Scene, *, talking: int, back_s: float) -> Death:
    calls = scene.calls
    rows = {row.sip_call_id: row for row in scene.hall.calls()}
    elsewhere = [place for place, call in enumerate(calls) if rows[call.sip_call_id].line != scene.victim]
    lost = [row for row in rows.values() if row.ending and row.ending.reason is Reason.LINE_DIED]
    return Death(
        callers=len(calls),
        talking=talking,
        on_the_line=len(calls) - len(elsewhere),
        lost=len(lost),
        silenced=sum(bool(np.isinf(scene.after[place]).all()) for place in elsewhere),
        slots=sum(len(scene.after[place]) for place in elsewhere),
        late_before=sum(_late(scene.before[place]) for place in elsewhere),
        late_after=sum(_late(scene.after[place]) for place in elsewhere),
        back_s=back_s,
        unexplained=sum(row.ending is None for row in rows.values()),
        missing_s=max((_missing_s(scene, row) for row in lost), default=0.0),
    )


def _late(lateness_s: NDArray[np.float64]) -> int:
    return int(np.count_nonzero(lateness_s > LATE_S))


def _missing_s(scene: _Scene, row: Call) -> float:
    """How much shorter the capture is than the call was; what the sealing makes of it."""
    assert row.answered_at is not None
    captured = join_capture(Capture.of_call(scene.hall.settings.capture_dir, row.id))
    return (scene.killed_at - row.answered_at).total_seconds() - len(captured.samples) / SAMPLE_RATE_HZ


def table_of(death: Death) -> Table:
    """For people."""
    table = Table(
        "kill -9 of one line", "", title=f"{death.talking} conversations of {death.callers} callers"
    )
    table.add_row("conversations on it", str(death.on_the_line))
    table.add_row("conversations that ended (line_died)", str(death.lost))
    table.add_row("others who heard nothing afterwards", str(death.silenced))
    table.add_row(f"others' slots, {WINDOW_S:g} s after it", str(death.slots))
    table.add_row(f"of them late or lost, {WINDOW_S:g} s before", str(death.late_before))
    table.add_row(f"of them late or lost, {WINDOW_S:g} s after", str(death.late_after))
    table.add_row("the line is back", f"after {death.back_s:.2f} s (aim: 3)")
    table.add_row("rows without an end", str(death.unexplained))
    table.add_row("the rescued recordings lack at most", f"{death.missing_s:.2f} s (aim: 1)")
    return table
