"""The campaign: a fault while callers talk, then rest, then everything must be accounted for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import soundfile

from callers.phone import Phone
from hotline.reconciling import reconcile_calls
from hotline.tidying import captured_calls
from ledger import archived, calls
from ledger.database import Ledger, open_ledger
from ledger.records import Call
from ledger.signatures import pid_of
from ledger.states import CallState
from recorder.opening import Recordings
from tests.faults.crowd import Crowd, Said
from tests.faults.kinds import KINDS, Harm, inflict
from tests.faults.site import Site
from tests.faults.tones import captured_s, is_in_order
from tests.hotline.command import hotline

CALLERS = 4
REST_S = 90.0  # then it has not come to rest
LOST_AT_MOST_S = 1.0
COMMANDS_EVERY = 10  # rounds; each starts two interpreters
RESTING = (CallState.SCORED, CallState.UNRECORDED, CallState.QUARANTINED)


@dataclass(kw_only=True)
class Round:
    """One fault and what came of it."""

    kind: str
    calls: int = 0  # answered, by what their callers say
    recorded: int = 0
    rescued: int = 0
    explained: int = 0  # INVITEs without a recording whose cause is told
    lost_s: list[float] = field(default_factory=list)  # a call
    rest_s: float = 0.0
    failures: list[str] = field(default_factory=list)


class Campaign:
    """Over one site; a seed gives the same faults at the same moments of the load."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site, self._random = site, Random(seed)
        self._ledger: Ledger = open_ledger(site.settings)
        self._recordings = Recordings(site.settings)
        self._known: set[str] = set()  # calls of earlier rounds

    def draw(self, faults: int) -> list[str]:
        """All kinds in turn, in a random order each time."""
        kinds: list[str] = []
        while len(kinds) < faults:
            kinds += self._random.sample(sorted(KINDS), len(KINDS))
        return kinds[:faults]

    async def run(
        self, kinds: Sequence[str], tell: Callable[[Round], None] = lambda _found: None
    ) -> list[Round]:
        """One fault after the other."""
        rounds = []
        async with Phone() as phone:
            crowd = Crowd(phone, self._site.target, CALLERS, self._random)
            for kind in kinds:
                rounds.append(await self._round(crowd, kind))
                if len(rounds) == len(kinds) or len(rounds) % COMMANDS_EVERY == 0:
                    await asyncio.to_thread(self._ask_commands, rounds[-1])
                tell(rounds[-1])
        self._ledger.close()
        return rounds

    async def _round(self, crowd: Crowd, kind: str) -> Round:
        found = Round(kind=kind)
        crowd.gather()
        await asyncio.sleep(self._random.uniform(2, 7))
        harm = await asyncio.to_thread(inflict, kind, self._site, self._random)
        await asyncio.sleep(self._random.uniform(0.5, 4))
        began_s = time.monotonic()
        await asyncio.to_thread(harm.undo)
        said = await crowd.leave()
        found.calls = len(said)
        left = await asyncio.to_thread(self._wait_for_rest)
        found.rest_s = time.monotonic() - began_s
        found.failures += left
        await asyncio.to_thread(self._account, found, said, harm)
        return found

    def _wait_for_rest(self) -> list[str]:
        give_up_s = time.monotonic() + REST_S
        while left := self._unrest():
            if time.monotonic() > give_up_s:
                return [f"no rest within {REST_S:g} s: {'; '.join(left)}"]
            time.sleep(0.5)
        return []

    def _unrest(self) -> list[str]:
        """What is still under way."""
        if not self._site.is_up:
            return ["`hotline up` has ended"]
        rows = self._rows()
        with self._ledger.reading() as session:
            spooled = archived.spooled(session).recordings
        open_ = [f"{row.id} is {row.state}" for row in rows if row.state not in RESTING]
        captured = set(captured_calls(self._site.settings.capture_dir)) - self._known
        captures = [f"{call_id} is a capture" for call_id in captured]
        return [*open_, *captures, *([f"{spooled} in the spool"] if spooled else [])]

    def _rows(self) -> list[Call]:
        with self._ledger.reading() as session:
            return [row for row in calls.list_calls(session) if row.id not in self._known]

    def _account(self, found: Round, said: list[Said], harm: Harm) -> None:
        # a line that refused before another one answered has a row of the same INVITE: the answered one wins
        found_rows = sorted(self._rows(), key=lambda row: row.answered_at is not None)
        rows = {str(row.sip_call_id): row for row in found_rows}
        for one in said:
            self._compare(found, one, rows.get(one.sip_call_id), harm)
        found.explained = sum(row.state is CallState.UNRECORDED for row in found_rows)
        found.failures += [
            f"{row.id} is quarantined: {row.error}"
            for row in found_rows
            if row.state is CallState.QUARANTINED
        ]
        self._known |= {row.id for row in found_rows}
        account = reconcile_calls(self._ledger, self._recordings, self._site.settings.capture_dir)
        if not account.is_clean:  # verifying is a part of it
            found.failures.append(f"not accounted for: {account.document}")

    def _ask_commands(self, found: Round) -> None:
        """The same by the commands, with the edge's counts of all minutes but the last two."""
        for command in ("verify", "reconcile"):
            answer = hotline(command, "--json", data=self._site.settings.data_dir, **self._site.environment)
            if answer.status:
                found.failures.append(f"hotline {command}: {answer.out}{answer.err}")

    def _compare(self, found: Round, said: Said, row: Call | None, harm: Harm) -> None:
        """What the caller said, and what was recorded of it."""
        if row is None:
            found.failures.append(f"an answered call has no row: {said.sip_call_id}")
            return
        died_s = self._site.died_s.get(pid_of(row.line), said.ended_s) if row.line else said.ended_s
        ended_s = min(said.ended_s, died_s)
        lost_s = max(
            0.0, ended_s - said.answered_s - self._captured_s(found, row) - harm.cut_s.get(row.id, 0)
        )
        if harm.takes_audio:
            return
        found.lost_s.append(lost_s)
        if lost_s >= LOST_AT_MOST_S:
            found.failures.append(f"{row.id} ({row.state}, {row.ending}) lost {lost_s:.2f} s")

    def _captured_s(self, found: Round, row: Call) -> float:
        with self._ledger.reading() as session:
            recording = archived.find_recording(session, row.id)
        if recording is None:
            return 0.0
        found.recorded += 1
        found.rescued += recording.rescued
        samples, _ = soundfile.read(self._recordings.load(recording), dtype="int16")
        if not is_in_order(samples[:, 0]):
            found.failures.append(f"{row.id} has its audio in another order than it was said")
        return captured_s(samples[:, 0])
