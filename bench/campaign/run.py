"""One campaign over a whole hotline: lines, edge, workers and console, as an installation has them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.campaign.people import EXPECTED
from callers.people import Person, SyntheticPeople
from console.signin.visitors import SESSION_COOKIE
from console.tokens import new_token, token_sha256
from desks.campaigns.states import Outcome
from hotline.reconciling import Account, reconcile_calls
from hotline.stand import Stand, open_stand, settle
from ledger import calls, users
from ledger.clock import now
from ledger.states import CallState, Origin, UserRole
from recorder.opening import Recordings

LOOK_S, PATIENCE_S = 1.0, 1800.0
QUIET_S = 1.2  # longer than the pauses within a prompt
CAMPAIGN = {
    "name": "五十个号码的新装回访",
    "kind": "new_install",
    "desk": "10050",
    "opens": "00:00",
    "closes": "23:59:59",
    "most_attempts": 2,
    "pauses_min": {"busy": 0.1, "no_answer": 0.1, "hung_up": 0.1, "no_response": 0.1, "rejected": 0.1},
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of it."""

    took_s: float
    document: dict[str, Any]  # as `/api/campaigns/ID` tells it
    people: dict[str, dict[str, Any]]  # by number
    otherwise: tuple[str, ...]  # numbers that ended otherwise than their manner says
    twice: tuple[str, ...]  # numbers that had two calls at one moment
    visits: int
    rows: Counter[str]  # outbound calls of the ledger by their state
    account: Account

    @property
    def is_right(self) -> bool:
        """Every person as written, every call accounted for."""
        told = self.document["figures"]["attempts"] == self.visits == self.rows.total()
        return told and not self.otherwise and not self.twice and self.account.is_clean


async def run(folder: Path, crowd: Sequence[Person], *, lines: int) -> Report:
    """Hold the campaign to its end, and until its recordings are scored."""
    settings = settle(folder, log_level="warning", lines=lines, drain_s=0.0)
    async with SyntheticPeople(crowd, quiet_s=QUIET_S) as exchange:
        host, port = exchange.address
        address = f"sip:{{number}}@{host}:{port}"
        plan = {"address": address, "caller_id": "10050", "ring_s": 8, "share": 0.5, "calls_at_once": lines}
        async with open_stand(settings, outbound=plan) as stand:
            began_s = time.monotonic()
            async with _console(stand) as client:
                made = await _begin(client, crowd)
                document, people = await _until_done(client, made, len(crowd))
                took_s = time.monotonic() - began_s
            await _until_scored(stand)
            account = reconcile_calls(stand.ledger, Recordings(settings), settings.capture_dir)
            with stand.ledger.reading() as session:
                rows = [row for row in calls.list_calls(session) if row.origin is Origin.OUTBOUND]
    return Report(
        took_s=took_s,
        document=document,
        people=people,
        otherwise=tuple(person.number for person in crowd if not _is_as_written(person, people)),
        twice=tuple(number for number, most in exchange.most_at_once.items() if most > 1),
        visits=len(exchange.visits),
        rows=Counter(row.state.value for row in rows),
        account=account,
    )


def _is_as_written(person: Person, people: dict[str, dict[str, Any]]) -> bool:
    """By the manner of the last call that the person got."""
    told = people[person.number]
    last = person.manners[min(len(told["attempts"]), len(person.manners)) - 1]
    return bool(told["outcome"] and EXPECTED[last] is Outcome(told["outcome"]))


def _console(stand: Stand) -> httpx.AsyncClient:
    """A dispatcher who has signed in."""
    token = new_token()
    with stand.ledger.transaction() as session:
        user = users.save_user(
            session, name="diao", display_name="调度员", role=UserRole.DISPATCHER, password_hash="-"
        )
        users.open_session(session, user.id, token_sha256(token), now() + timedelta(hours=2))
    return httpx.AsyncClient(base_url=stand.console_url, cookies={SESSION_COOKIE: token}, timeout=60)


async def _begin(client: httpx.AsyncClient, crowd: Sequence[Person]) -> int:
    made = (await client.post("/api/campaigns", json=CAMPAIGN)).raise_for_status().json()["id"]
    numbers = "\n".join(person.number for person in crowd)
    filled = await client.post(f"/api/campaigns/{made}/people", json={"numbers": numbers})
    assert filled.raise_for_status().json()["added"] == len(crowd)
    (await client.post(f"/api/campaigns/{made}/state", json={"state": "running"})).raise_for_status()
    return int(made)


async def _until_done(
    client: httpx.AsyncClient, made: int, count: int
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The campaign once nobody waits or is called, and its people by number."""
    give_up_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_s:
        document = (await client.get(f"/api/campaigns/{made}")).raise_for_status().json()
        states = document["figures"]["states"]
        if not states.get("waiting") and not states.get("calling"):
            break
        await asyncio.sleep(LOOK_S)
    people = {one["number"]: one for one in document["people"]}
    assert len(people) == count
    return document, people


async def _until_scored(stand: Stand) -> None:
    """Every recording of the campaign is sealed, transcribed and scored."""
    give_up_s = time.monotonic() + PATIENCE_S
    last = {CallState.SCORED, CallState.UNRECORDED}
    while time.monotonic() < give_up_s:
        with stand.ledger.reading() as session:
            states = {row.state for row in calls.list_calls(session)}
        if states <= last:
            return
        await asyncio.sleep(LOOK_S)
