"""Canary calls: we call our own numbers, by SIP, and look whether the call is judged as it was meant."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sipmessage import URI

from callers.caller import SyntheticCaller
from callers.dialogue import STANDARD, Dialogue, load_dialogues
from callers.operator import SyntheticOperator
from hotline.canary_results import settle
from hotline.lines import ANYWHERE
from hotline.stand import noting_facts
from ledger import canaries, operators
from ledger.canaries import Canary
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import HotlineError, PlanError, SettingsError
from ledger.states import CanaryOutcome, ChangedBy, OperatorState
from sip_config import Plan
from sip_config.canary import Canary as CanaryPlan
from sip_config.canary import moments
from sip_config.hours import ALWAYS

LOOK_S = 1.0  # between two looks whether a canary is scored
LATE = timedelta(minutes=10)  # a moment that was missed for longer, e.g. while we were stopped, is let go

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Booth:
    """A phone that calls and, at the canaries' desk, answers itself."""

    ledger: Ledger
    plan: Plan
    canary: CanaryPlan
    operator: SyntheticOperator
    target: str  # HOST:PORT

    async def call(self, dialogue: Dialogue) -> str:
        """Place one canary and hold its dialogue to the end; returns its SIP Call-ID."""
        sip_call_id = self.operator.phone.agent.new_call_id()
        self.operator.expect(self.canary.operator, dialogue)
        await asyncio.to_thread(self._expect, sip_call_id, dialogue)
        caller = SyntheticCaller(self.operator.phone)
        uri = f"sip:{dialogue.hotline}@{self.target}"
        report = await caller.run(dialogue, uri, self.canary.operator, sip_call_id)
        if not report.went_well:
            problem = report.problem or f"turns that the caller did not hear: {report.missed_turns}"
            await asyncio.to_thread(self._note, sip_call_id, problem)
        log.info("canary_placed", dialogue=dialogue.id, sip_call_id=sip_call_id, problem=report.problem)
        return sip_call_id

    def _expect(self, sip_call_id: str, dialogue: Dialogue) -> None:
        with self.ledger.transaction() as session:
            operators.set_by_person(
                session, self.canary.operator, OperatorState.IDLE, by=ChangedBy.API
            )  # whatever missed rings have made of it
            canaries.expect(
                session,
                sip_call_id=sip_call_id,
                dialogue=dialogue.id,
                hotline=dialogue.hotline,
                truth={str(rule): verdict for rule, verdict in dialogue.truth.items()},
                within=timedelta(seconds=self.canary.scored_within_s),
            )

    def _note(self, sip_call_id: str, problem: str) -> None:
        with self.ledger.transaction() as session:
            canaries.note_problem(session, sip_call_id, problem)


@asynccontextmanager
async def open_booth(ledger: Ledger, plan: Plan, target: str | None = None) -> AsyncIterator[Booth]:
    """The synthetic operator sits down at the address that the plan gives it.

    Raises PlanError where the plan has no canaries, PortTaken where another program is at the address.
    """
    canary = canary_of(plan)
    address = URI.parse(str(plan.operator(canary.operator).address))
    operator = SyntheticOperator(address.host.strip("[]"), address.port or 5060, user=canary.operator)
    operator.phone.on_invite = noting_facts(ledger, operator.dialogues, operator.phone.on_invite)
    async with operator:
        yield Booth(
            ledger=ledger, plan=plan, canary=canary, operator=operator, target=target or _own_address(plan)
        )


def canary_of(plan: Plan) -> CanaryPlan:
    """What the plan says of canaries. Raises PlanError."""
    if plan.canary is None:
        raise PlanError(
            "the plan has no 'canary': give it a desk and an operator of its own, see docs/canary.md"
        )
    return plan.canary


def read_target(target: str) -> str:
    """HOST:PORT of `sip:HOST:PORT`. Raises SettingsError."""
    bare = target.removeprefix("sip:").rpartition("@")[2]
    host, colon, port = bare.rpartition(":")
    if not (host and colon and port.isdecimal()):
        raise SettingsError(f"{target!r} is no SIP address; write it like sip:127.0.0.1:5060")
    return bare


def choose(plan: Plan, last_placed: Mapping[str, datetime], count: int) -> list[Dialogue]:
    """The dialogues that were placed longest ago, those never placed first, in the dialogues' order.

    Of those for numbers of the plan. Raises PlanError where there is none, BadDialogue, NotFound.
    """
    folder = canary_of(plan).dialogues or STANDARD
    known = [each for each in load_dialogues(folder).values() if each.hotline in plan.numbers]
    if not known:
        raise PlanError(f"no dialogue in {folder} is for a number of the plan; name others: canary.dialogues")
    never = datetime.min.replace(tzinfo=UTC)
    order = sorted(known, key=lambda dialogue: last_placed.get(dialogue.id, never))
    return [order[place % len(order)] for place in range(count)]


async def place(ledger: Ledger, plan: Plan, count: int, target: str | None = None) -> list[Canary]:
    """Place canaries one after the other, and wait until each is scored or overdue."""
    with ledger.reading() as session:
        chosen = choose(plan, canaries.last_placed(session), count)
    async with open_booth(ledger, plan, target) as booth:
        placed = [await booth.call(dialogue) for dialogue in chosen]
    return await wait_until_settled(ledger, placed)


async def wait_until_settled(ledger: Ledger, sip_call_ids: Sequence[str]) -> list[Canary]:
    """The canaries once all are through or overdue."""
    while True:
        await asyncio.to_thread(settle, ledger)
        with ledger.reading() as session:
            found = canaries.find(session, sip_call_ids)
        if not any(canary.outcome is CanaryOutcome.PLACED for canary in found):
            return found
        await asyncio.sleep(LOOK_S)


def is_due(plan: Plan, last_placed: Mapping[str, datetime], at: datetime) -> bool:
    """Whether a canary has to be placed by the plan: a moment has come since the last one was placed."""
    canary = canary_of(plan)
    local = at.astimezone(ZoneInfo(plan.prompts.timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    come = [moment for moment in moments(canary.calls_a_day, midnight, _Hours(plan, canary)) if moment <= at]
    return bool(come) and at - come[-1] < LATE and max(last_placed.values(), default=midnight) < come[-1]


@dataclass(frozen=True)
class _Hours:
    """Whether canaries are placed at a moment."""

    plan: Plan
    canary: CanaryPlan

    def __call__(self, at: datetime) -> bool:
        hours = self.canary.hours
        return hours in {None, ALWAYS} or self.plan.hours[str(hours)].is_open(at)


def last_placed(ledger: Ledger) -> Mapping[str, datetime]:
    """When each dialogue was placed last."""
    with ledger.reading() as session:
        return canaries.last_placed(session)


async def go_on(ledger: Ledger, plan: Plan, target: str | None = None, *, look_s: float = 20.0) -> None:
    """Place canaries by the plan until cancelled. What goes wrong is told in the log, and tried again."""
    while True:
        if is_due(plan, last_placed(ledger), now()):
            try:
                await place(ledger, plan, 1, target)
            except (HotlineError, OSError) as error:
                log.error("canary_not_placed", cause=str(error))  # noqa: TRY400 - a sentence
        await asyncio.sleep(look_s)


async def until_stopped(
    ledger: Ledger, plan: Plan, target: str | None = None, *, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Go on until SIGTERM or SIGINT."""
    placing = asyncio.create_task(go_on(ledger, plan, target))
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, placing.cancel)
    on_ready()
    await asyncio.wait({placing})
    if not placing.cancelled():
        placing.result()


def _own_address(plan: Plan) -> str:
    host = "127.0.0.1" if plan.listen.host in ANYWHERE else plan.listen.host
    return f"{host}:{plan.listen.port}"
