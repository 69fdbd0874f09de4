"""The demo: synthetic callers walk through a whole hotline, and each call is followed to its score."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.table import Table

from callers.caller import CallReport, SyntheticCaller
from callers.dialogue import Dialogue, load_dialogues
from console.signin.service import hash_password
from desks.knowledge import files
from hotline.commands.options import print_json, say
from hotline.stand import Stand, open_stand
from hotline.tables import show_table
from ivr.line import CALLERS_A_LINE
from ledger import calls, stages, users
from ledger.records import Call
from ledger.settings import Settings
from ledger.states import CallState, UserRole

FIRST_CALLER = 13800000000
PATIENCE_S = 180.0  # for the last stage of the last call
USER = "monitor"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One synthetic call and what became of it."""

    dialogue: Dialogue
    report: CallReport
    call: Call | None  # None where it never came into the ledger
    stages_s: dict[str, float]

    @property
    def is_whole(self) -> bool:
        """Answered, recorded, transcribed and scored."""
        return self.report.answered and self.call is not None and self.call.state is CallState.SCORED

    @property
    def as_expected(self) -> bool:
        """Whether the flags are the dialogue's faults, no more and no fewer."""
        return self.call is not None and set(self.call.flags) == set(self.dialogue.faults)

    @property
    def document(self) -> dict[str, Any]:
        """The outcome for `--json`."""
        call = self.call
        return {
            "id": call.id if call else None,
            "hotline": self.dialogue.hotline,
            "dialogue": self.dialogue.id,
            "operator": call.operator if call else None,
            "state": call.state if call else None,
            "score": call.score if call else None,
            "flags": list(call.flags) if call else [],
            "expected_flags": sorted(self.dialogue.faults),
            "as_expected": self.as_expected,
            "ended": asdict(call.ending) if call and call.ending else None,
            "error": (call.error if call else None) or self.report.problem,
            "stages_s": self.stages_s,
        }


async def place_calls(stand: Stand, count: int) -> list[Outcome]:
    """Place `count` calls, as many at once as the line admits, and wait until each is scored."""
    dialogues = list(load_dialogues().values())
    gate = asyncio.Semaphore(CALLERS_A_LINE)
    cast = [(str(FIRST_CALLER + index), dialogues[index % len(dialogues)]) for index in range(count)]
    reports = await asyncio.gather(*(_call(stand, gate, number, dialogue) for number, dialogue in cast))
    numbers = [number for number, _ in cast]
    finished = await _wait_until_finished(stand, numbers)
    return [
        _outcome(stand, dialogue, report, finished.get(number))
        for (number, dialogue), report in zip(cast, reports, strict=True)
    ]


async def _call(stand: Stand, gate: asyncio.Semaphore, number: str, dialogue: Dialogue) -> CallReport:
    async with gate:
        stand.expected[number] = dialogue
        return await SyntheticCaller().run(dialogue, f"sip:{dialogue.hotline}@{stand.sip_uri}", number)


async def _wait_until_finished(stand: Stand, numbers: Sequence[str]) -> dict[str, Call]:
    final = {CallState.SCORED, CallState.NO_MODEL, CallState.UNRECORDED, CallState.QUARANTINED}
    give_up_s = time.monotonic() + PATIENCE_S
    while True:
        with stand.ledger.reading() as session:
            found = {call.caller: call for call in calls.list_calls(session) if call.caller in numbers}
        ready = [call for call in found.values() if call.state in final]
        if len(ready) == len(numbers) or time.monotonic() > give_up_s:
            return {str(number): call for number, call in found.items()}
        await asyncio.sleep(0.3)


def _outcome(stand: Stand, dialogue: Dialogue, report: CallReport, call: Call | None) -> Outcome:
    stages_s: dict[str, float] = {}
    if call:
        with stand.ledger.reading() as session:
            stages_s = stages.stage_times(session, call.id)
        if call.answered_at and call.ended_at:
            stages_s = {"call": round((call.ended_at - call.answered_at).total_seconds(), 3), **stages_s}
    return Outcome(dialogue=dialogue, report=report, call=call, stages_s=stages_s)


def stage_summary(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Seconds of each stage over all calls."""
    stages: dict[str, list[float]] = {}
    for outcome in outcomes:
        for stage, took_s in outcome.stages_s.items():
            stages.setdefault(stage, []).append(took_s)
    return {
        stage: {"median_s": round(median(took), 3), "longest_s": round(max(took), 3), "calls": len(took)}
        for stage, took in stages.items()
    }


def outcomes_table(outcomes: Sequence[Outcome]) -> Table:
    """One row a call."""
    table = Table(
        "call", "number", "dialogue", "state", "score", "flags", "as scripted", *("call s", "transcribe s")
    )
    for outcome in outcomes:
        call = outcome.call
        table.add_row(
            call.id if call else "-",
            outcome.dialogue.hotline,
            outcome.dialogue.title,
            call.state if call else str(outcome.report.problem),
            "" if call is None or call.score is None else f"{call.score:g}",
            " ".join(call.flags) if call else "",
            "yes"
            if outcome.as_expected
            else f"no: {' '.join(sorted(outcome.dialogue.faults)) or 'no flags'}",
            *(f"{outcome.stages_s.get(stage, 0):.1f}" for stage in ("call", "transcribe")),
        )
    return table


def make_guest(stand: Stand) -> str:
    """A monitor for whoever watches the demo; returns the password, which is kept nowhere else."""
    password = secrets.token_urlsafe(9)
    with stand.ledger.transaction() as session:
        users.save_user(
            session,
            name=USER,
            display_name="质监员",
            role=UserRole.MONITOR,
            password_hash=hash_password(password),
        )
    return password


def bring_articles(stand: Stand) -> None:
    """The knowledge window has something to be looked up."""
    with stand.ledger.transaction() as session:
        files.bring(session, files.read(files.STARTING_SET), by=USER, why="演示")


async def show_demo(settings: Settings, count: int, *, once: bool, as_json: bool) -> bool:
    """Play the demo and print it; without `once` the console stays up. True if every call was scored."""
    async with open_stand(settings) as stand:
        password = make_guest(stand)
        bring_articles(stand)
        outcomes = await place_calls(stand, count)
        _report(outcomes, as_json=as_json)
        if not once:
            address = f"{stand.console_url}  sign in as {USER} with the password {password}  (Ctrl-C ends)"
            print(address, file=sys.stderr if as_json else sys.stdout, flush=True)
            await _until_interrupted()
    return all(outcome.is_whole for outcome in outcomes)


def _report(outcomes: list[Outcome], *, as_json: bool) -> None:
    stages = stage_summary(outcomes)
    if as_json:
        print_json({"calls": [outcome.document for outcome in outcomes], "stages": stages})
        return
    for stage, took in stages.items():
        say(f"{stage:<12} median {took['median_s']:.2f} s, longest {took['longest_s']:.2f} s")
    show_table(outcomes_table(outcomes))


async def _until_interrupted() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await stop.wait()
