"""The fleet behind the edge: what dies ends its own calls and nobody else's, and is back at once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bench.process_use import descendants
from callers.errors import PhoneError
from callers.phone import Phone
from callers.phone_call import CallEnd, PhoneCall
from console.health.sip_probe import answers_sip
from console.switchboard import SipAddress
from hotline.ports import free_port
from hotline.stand import settle
from ledger import judgements, signatures
from ledger.lines import LineRecord
from ledger.records import Call
from ledger.states import CallState, LineState, Reason, Result
from tests.hotline.hall import LINES, Hall, eventually, hears
from tests.programs import needs

pytestmark = needs("kamailio")


async def callers_of(opened: Hall, count: int) -> list[PhoneCall]:
    """So many callers, who hear the notice."""
    return [await opened.call() for _ in range(count)]


def test_a_killed_line_ends_its_own_calls_only(opened: Hall, runner: asyncio.Runner) -> None:
    """Its callers' rows say so and their recordings are rescued; the others go on; it is back within 3 s."""
    before = opened.account()

    async def scenario() -> tuple[list[Call], list[Call]]:
        callers = await callers_of(opened, 4)
        victim = opened.line_of(callers[0])
        name = signatures.name_of(victim)
        lost = [call for call in callers if opened.line_of(call) == victim]
        others = [call for call in callers if call not in lost]
        assert others, "callers are spread over the lines"
        os.kill(signatures.pid_of(victim), signal.SIGKILL)
        await eventually(
            lambda: (line := opened.lines()[name]).state is LineState.SERVING and line.process != victim,
            3,
        )
        await asyncio.gather(*(hears(call) for call in others))
        others.append(await opened.call())
        for call in (*lost, *others):
            await call.hang_up()
        await eventually(
            lambda: all(row.state is CallState.SCORED for row in rows_of(opened, [*lost, *others])), 60
        )
        return rows_of(opened, lost), rows_of(opened, others)

    lost, others = runner.run(scenario())
    for row in lost:
        with opened.stand.ledger.reading() as session:
            recording = judgements.get_recording(session, row.id)
        assert recording.rescued
        assert row.answered_at
        assert row.ended_at
        captured_s = (row.ended_at - row.answered_at).total_seconds()
        assert captured_s == pytest.approx(recording.duration_s, abs=0.001), "not when it was found"
    account = opened.account()
    assert account.is_clean
    assert account.recorded - before.recorded == account.invites - before.invites == 5
    assert {reason_of(row) for row in lost} == {Reason.LINE_DIED}
    assert {reason_of(row) for row in others} == {Reason.CALLER_HUNG_UP}


def rows_of(opened: Hall, callers: Sequence[PhoneCall]) -> list[Call]:
    """Their rows now."""
    rows = opened.rows()
    return [rows[call.sip_call_id] for call in callers]


def test_calls_go_on_while_kamailio_is_killed(opened: Hall, runner: asyncio.Runner) -> None:
    """Who talks keeps talking, a new caller comes through within 5 s, and BYEs of old calls find their lines.

    Whoever tried in between and gave up has no row where no Kamailio heard the INVITE; else a row of an
    abandoned call: cancelled, or hung up where the line's 200 and the CANCEL crossed (RFC 3261, 9.1).
    """
    earlier = set(opened.rows())

    async def scenario() -> tuple[set[str], set[str]]:
        callers = await callers_of(opened, 2)
        keeper = opened.pid_of("edge")
        killed = descendants(keeper) - {keeper}
        assert killed, "the keeper has a Kamailio"
        kill(killed)
        new, given_up = await eventually_answered(opened, within_s=5)
        assert not killed & descendants(keeper)
        await asyncio.gather(*(hears(call) for call in callers))
        for call in (*callers, new):
            await call.hang_up()
        await eventually(lambda: all(row.ending for row in opened.rows().values()), 10)
        return {call.sip_call_id for call in (*callers, new)}, given_up

    served, given_up = runner.run(scenario())
    rows = {key: row for key, row in opened.rows().items() if key not in earlier}
    assert served <= set(rows) <= served | given_up
    assert all(rows[sip_call_id].answered_at for sip_call_id in served)
    assert {reason_of(rows[sip_call_id]) for sip_call_id in served} == {Reason.CALLER_HUNG_UP}
    unserved = [row for sip_call_id, row in rows.items() if sip_call_id in given_up]
    assert {reason_of(row) for row in unserved} <= {Reason.CANCELLED, Reason.CALLER_HUNG_UP}
    assert {row.ending and row.ending.result for row in unserved} <= {Result.ABANDONED}


def reason_of(row: Call) -> Reason | None:
    """Why a call ended, as its row says."""
    return row.ending.reason if row.ending else None


def kill(pids: set[int]) -> None:
    """Kill -9: the first of Kamailio's processes that dies takes the others along."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def eventually_answered(opened: Hall, within_s: float) -> tuple[PhoneCall, set[str]]:
    """A new caller, who tries again until the edge is there; the Call-IDs of the tries that were given up."""
    given_up: set[str] = set()
    async with asyncio.timeout(within_s):
        while True:
            call = await opened.phone.dial(f"sip:114@{opened.stand.sip_uri}")
            try:
                await call.answered(1)
            except PhoneError:
                given_up.add(call.sip_call_id)
                await call.hang_up()
                continue
            return call, given_up


def test_readiness_asks_the_edge_before_several_lines(opened: Hall, runner: asyncio.Runner) -> None:
    """`/readyz`: 200 while Kamailio answers, 503 with its sentence while it is dead, 200 when it is back."""

    async def ready() -> tuple[int, list[str]]:
        async with httpx.AsyncClient(base_url=opened.stand.console_url, timeout=120) as client:
            answer = await client.get("readyz")
        return answer.status_code, answer.json()["problems"]

    async def scenario() -> None:
        assert await ready() == (200, [])
        keeper = opened.pid_of("edge")
        os.kill(keeper, signal.SIGSTOP)  # so that it does not start Kamailio again at once
        try:
            kill(descendants(keeper) - {keeper})
            status, (problem,) = await ready()
            assert status == 503
            assert problem.startswith(f"{LINES} lines serve, but the edge (Kamailio) before them does not")
        finally:
            os.kill(keeper, signal.SIGCONT)
        await eventually(
            lambda: answers_sip(SipAddress(host="127.0.0.1", port=opened.stand.settings.sip_port or 0)),
            10,
        )
        assert await ready() == (200, [])

    runner.run(scenario())


def test_renewed_lines_let_their_callers_finish(opened: Hall, runner: asyncio.Runner) -> None:
    """SIGHUP: a line with a caller waits for the caller's end, the others come back as new processes."""

    async def scenario() -> None:
        (staying,) = await callers_of(opened, 1)
        process = opened.line_of(staying)
        before = opened.lines()
        os.kill(opened.pid_of("lines"), signal.SIGHUP)
        await eventually(lambda: any_renewed(opened, before), 15)
        await hears(staying)
        assert staying.end is None
        await staying.hang_up()
        await eventually(lambda: all_renewed(opened, before), 30)
        assert opened.lines()[signatures.name_of(process)].process != process
        assert opened.rows()[staying.sip_call_id].ending is not None

    runner.run(scenario())


def any_renewed(opened: Hall, before: dict[str, LineRecord]) -> bool:
    """Whether some line is another process than before, or waits for its callers."""
    return any(
        line.pid != before[name].pid or line.state is LineState.DRAINING
        for name, line in opened.lines().items()
    )


def all_renewed(opened: Hall, before: dict[str, LineRecord]) -> bool:
    """Whether every line serves as another process than before."""
    return all(
        line.pid != before[name].pid and line.state is LineState.SERVING
        for name, line in opened.lines().items()
    )


def test_nothing_outlives_a_killed_parent_and_the_next_start_cleans_up(tmp_path: Path) -> None:
    """Kill -9 of `hotline up`: lines, edge, workers and pages end; the next start closes what was open."""
    data = tmp_path / "var"
    settings = settle(data, lines=2, drain_s=0.0)
    environment = {
        **os.environ,
        "HOTLINE_DATA_DIR": str(data),
        "HOTLINE_DRAIN_S": "1",
        "HOTLINE_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "hotline", "up", "--lines", "2", "--sip-port", str(settings.sip_port)]
    command += ["--console-port", str(free_port())]

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert any(said.startswith("SIP: ") for said in process.stdout)
        return process

    async def call() -> PhoneCall:
        async with Phone() as phone:
            placed = await phone.dial(f"sip:114@127.0.0.1:{settings.sip_port}")
            await placed.answered(8)
            return placed

    parent = start()
    placed = asyncio.run(call())
    assert placed.end is CallEnd.NEAR_HUNG_UP
    family = descendants(parent.pid) - {parent.pid}
    assert len(family) > 6, "lines, Kamailio, its keeper, worker, console"
    parent.kill()
    parent.wait()
    close(parent)
    give_up_s = time.monotonic() + 30
    while left := [pid for pid in family if Path(f"/proc/{pid}/cmdline").exists() and runs(pid)]:
        assert time.monotonic() < give_up_s, f"{left} outlived the parent"
        time.sleep(0.05)  # waiting for the kernel
    again = start()
    asyncio.run(call())
    again.send_signal(signal.SIGTERM)
    assert again.wait(60) == 0
    close(again)


def close(process: subprocess.Popen[str]) -> None:
    """Give the pipe back."""
    assert process.stdout is not None
    process.stdout.close()


def runs(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody waited for has no command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
