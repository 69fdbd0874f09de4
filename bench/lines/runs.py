"""One load on one hall, in numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.lines.bare import open_bare
from bench.lines.hall import Hall, open_hall
from bench.process_use import Use, watch
from callers.load import LoadReport, run_load
from ledger.states import CallState, Place

ARRIVALS_A_SECOND = (
    15  # how fast the callers come; a service of 100,000 calls a day has 4 in its busiest second
)
STEADY_S = 12.0  # how long everybody stays once all have come: CPU is measured within it
SETTLE_S = 2.0
IDLE_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a load showed."""

    what: str
    callers: int
    report: LoadReport | None
    use: Use
    unexplained: int = 0  # INVITEs without a recording or a reason
    bridged: int = 0  # calls that came to an operator

    @property
    def cpu_a_call(self) -> float:
        """Percent of one core for each caller."""
        return 100 * self.use.cpu_share / self.callers

    @property
    def pss_mb_a_call(self) -> float:
        """Megabytes for each caller."""
        return self.use.pss_mb / self.callers


def run_ours(folder: Path, callers: int, *, bridged: bool) -> Run:
    """Callers in a menu, or each talking to an operator; all recorded."""
    with open_hall(folder, callers=callers, operators=callers if bridged else 0) as hall:
        report, use = asyncio.run(_load(hall.target, callers, hall.pids, keys="1" if bridged else ""))
        asyncio.run(_until_closed(hall))
        rows = hall.calls()
    closed = {CallState.ENDED, CallState.UNRECORDED}
    return Run(
        what="conversations" if bridged else "in the menu",
        callers=callers,
        report=report,
        use=use,
        unexplained=report.calls - sum(row.state in closed for row in rows),
        bridged=sum(any(mark.place is Place.OPERATOR for mark in row.marks) for row in rows),
    )


def run_bare(folder: Path, callers: int, *, recorders: int) -> Run:
    """The same callers on bare pjsua2."""
    with open_bare(folder, callers=callers, recorders=recorders) as bare:
        report, use = asyncio.run(_load(bare.targets, callers, lambda: bare.pids, keys=""))
    return Run(what=f"bare pjsua2, {recorders} recorder(s)", callers=callers, report=report, use=use)


def run_idle(folder: Path, lines: int) -> Run:
    """Lines without callers; the figures are for each line."""
    with open_hall(folder, callers=2 * lines - 4) as hall:
        asyncio.run(asyncio.sleep(SETTLE_S))
        use = watch(lambda: hall.pids("lines"), IDLE_S)
    return Run(what="idle lines", callers=lines, report=None, use=use)


async def _load(
    target: str | Sequence[str], callers: int, pids: Callable[[], set[int]], *, keys: str
) -> tuple[LoadReport, Use]:
    """Everybody calls once; CPU is measured while all are there."""
    ramp_s = callers / ARRIVALS_A_SECOND
    stay_s = ramp_s + 2 * SETTLE_S + STEADY_S
    load = asyncio.create_task(
        run_load(target, callers, seconds=ramp_s + 1, call_s=stay_s, keys=keys, ramp_s=ramp_s)
    )
    await asyncio.sleep(ramp_s + SETTLE_S)
    use = await asyncio.to_thread(watch, pids, STEADY_S)
    return await load, use


async def _until_closed(hall: Hall) -> None:
    """Lines close a row when the caller's BYE has come."""
    async with asyncio.timeout(20):
        while any(row.ending is None for row in hall.calls()):
            await asyncio.sleep(0.2)
