"""A stand-alone hotline on loopback with synthetic operators: for the demo, the load test and the tests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from ruamel.yaml import YAML

from callers.dialogue import Dialogue
from callers.incoming_call import IncomingCall
from callers.operator import SyntheticOperator
from hotline.installation import installation
from hotline.lines import is_behind_edge
from hotline.plans import plan_of
from hotline.ports import LOOPBACK as HOST
from hotline.ports import free_port, is_free
from hotline.supervisor import Supervisor
from hotline.tenancy import tenancy
from ledger import calls
from ledger.database import Ledger, open_ledger
from ledger.records import Facts
from ledger.settings import Settings, load_settings, prepare_data_dir
from sip_config import load_plan
from sip_config.load import STANDARD_PLAN

TakeCall = Callable[[IncomingCall], Awaitable[None]]
CANARY = "8999"  # the number of the operator who answers canaries
WATCH_S = 0.5  # between two looks at the processes

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Stand:
    """A running hotline. `expected` says which dialogue a caller's number will speak.

    What an operator does on the own page is up to who runs it (`SyntheticOperator.after_last_turn`).
    """

    settings: Settings
    ledger: Ledger
    supervisor: Supervisor
    expected: dict[str, Dialogue]
    operators: dict[str, SyntheticOperator]

    @property
    def sip_uri(self) -> str:
        """Where its numbers are dialled, without the user part."""
        return f"{HOST}:{self.settings.sip_port}"

    @property
    def console_url(self) -> str:
        """The console's address."""
        return f"http://{HOST}:{self.settings.console_port}/"


def settle(data_dir: Path, **options: object) -> Settings:
    """Settings of a stand in a directory of its own, on free ports; the console keeps 8114 if it is free."""
    base = load_settings(**options)
    chosen: dict[str, object] = {
        "data_dir": data_dir,
        "sip_host": HOST,
        "sip_port": base.sip_port or free_port(),
        "console_port": _console_port(base.console_port),
        "plan": data_dir / "plan.yaml",
        "database_url": None,
    }
    settings = base.model_copy(update=chosen)
    prepare_data_dir(settings)
    return settings


def _console_port(wished: int) -> int:
    return wished if is_free(HOST, wished, socket.SOCK_STREAM) else free_port()


@asynccontextmanager
async def open_stand(
    settings: Settings, *, canary_address: str | None = None, outbound: Mapping[str, object] | None = None
) -> AsyncIterator[Stand]:
    """Operators sit down, the processes start; at the end all stop.

    With a `canary_address` the plan has canary calls, whose operator sits there: the caller places them.
    `outbound` is the plan's section of that name.
    """
    expected: dict[str, Dialogue] = {}
    ledger = open_ledger(settings)
    async with AsyncExitStack() as stack:
        operators = await _seat_operators(stack, ledger, expected)
        addresses = {number: operator.uri for number, operator in operators.items()}
        path = settings.plan or settings.data_dir / "plan.yaml"
        write_plan(path, addresses, lines=settings.lines, canary_address=canary_address, outbound=outbound)
        plan = plan_of(settings)
        stack.enter_context(tenancy(settings, log.warning, behind_edge=is_behind_edge(settings, plan)))
        children, environment = installation(settings, plan)
        supervisor = Supervisor(children, environment)
        await asyncio.to_thread(supervisor.start)
        stack.callback(supervisor.stop)
        watcher = asyncio.create_task(_watch(supervisor))
        stack.callback(watcher.cancel)
        yield Stand(
            settings=settings,
            ledger=ledger,
            supervisor=supervisor,
            expected=expected,
            operators=operators,
        )
    ledger.close()


async def _seat_operators(
    stack: AsyncExitStack, ledger: Ledger, expected: dict[str, Dialogue]
) -> dict[str, SyntheticOperator]:
    """A synthetic operator for each of the plan's, by number."""
    operators = {}
    for number in load_plan(None).operators:
        operator = SyntheticOperator(HOST, user=number, dialogues=expected)
        operator.phone.on_invite = noting_facts(ledger, expected, operator.phone.on_invite)
        await stack.enter_async_context(operator)
        operators[number] = operator
    return operators


def noting_facts(ledger: Ledger, expected: Mapping[str, Dialogue], take: TakeCall | None) -> TakeCall:
    """An operator's page notes what was looked up during a call; the synthetic operator does it here."""
    assert take is not None

    async def take_and_note(call: IncomingCall) -> None:
        dialogue = expected.get(call.caller_number or "")
        call_id = call.remote_headers.get("X-Hotline-Call")
        if dialogue and call_id and dialogue.facts:
            await asyncio.to_thread(_note_facts, ledger, call_id, dialogue.facts)
        await take(call)

    return take_and_note


def _note_facts(ledger: Ledger, call_id: str, facts: Facts) -> None:
    with ledger.transaction() as session:
        calls.add_facts(session, call_id, facts)


async def _watch(supervisor: Supervisor) -> None:
    while True:
        await asyncio.sleep(WATCH_S)
        supervisor.mend()


def write_plan(
    path: Path,
    addresses: Mapping[str, str],
    *,
    lines: int,
    canary_address: str | None = None,
    outbound: Mapping[str, object] | None = None,
) -> None:
    """The standard plan with other operators' addresses, and with canary calls where there is an address.

    With several lines loopback is a trunk of many calls; before a single line it would put an edge.
    """
    yaml = YAML()
    document = yaml.load(STANDARD_PLAN)
    for number, address in addresses.items():
        document["operators"][number]["address"] = address
    if lines > 1:
        document["trunks"] = {"loopback": {"addresses": [HOST]}}
    if canary_address:
        dials = list(document["numbers"])
        document["operators"][CANARY] = {"name": "自检", "address": canary_address, "may_dial": dials}
        document["desks"]["canary"] = {"name": "自检", "operators": [CANARY]}
        document["canary"] = {"desk": "canary", "operator": CANARY, "calls_a_day": 0}
    if outbound:
        document["outbound"] = dict(outbound)
    yaml.dump(document, path)
