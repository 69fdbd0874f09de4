"""What the edge does not read: headers whose end or meaning a line might see elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from callers.sip_transport import SocketAddress
from ledger.states import Reason
from tests.edge.stage import EdgeStage, eventually, opened_stage, reason_of
from tests.torture.edge_target import STRANGER, start
from tests.torture.text import Aim, invite, request
from tests.torture.wire import final_answer, leave, line_to, lives

CALLER = "<sip:13800000009@127.0.0.66>"
READ = [
    {"Subject": "a \\0, \\\\0, \\\\\\0"},
    {"X-Folded": "a\r\n b\r\n\tc"},
    {"X-Empty": ""},
    {"From": f"{CALLER};tag=a"},
]
NOT_READ = [
    {"Subject": "a\rb"},
    {"Subject": "a\r\rSignal=5"},
    {"Subject": "a\r\r\n b"},
    {"Subject": "a\x00b"},
    {"Subject": "a\x00\r\n \rb"},
    {"Subject": '"a\\\x00"'},
    {"From": f"{CALLER};tag=a;tag=b"},
    {"To": f"{CALLER};tag=a;tag=b"},
]
SILENT_S = 0.15


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStage]:
    """An edge without lines."""
    with opened_stage(tmp_path_factory.mktemp("reading-edge")) as prepared:
        start(prepared)
        yield prepared


def at(edge: EdgeStage) -> SocketAddress:
    """Where it listens."""
    return "127.0.0.1", edge.port


async def answer_to_options(edge: EdgeStage, change: dict[str, str], wait_s: float) -> int | None:
    """The status of an OPTIONS with a header changed."""
    async with line_to(at(edge), "UDP", STRANGER) as wire:
        aim = Aim(target=at(edge), own=wire.own)
        wire.send(request(aim, "OPTIONS", uri=f"sip:127.0.0.1:{edge.port}", change=change))
        answer = await final_answer(wire, wait_s)
        return answer and answer.status


@pytest.mark.parametrize("change", NOT_READ, ids=str)
def test_what_could_be_read_in_two_ways_is_not_read(edge: EdgeStage, change: dict[str, str]) -> None:
    """A CR alone, a NUL, two tags: nothing is answered, and the edge goes on."""

    async def scenario() -> None:
        assert await answer_to_options(edge, change, SILENT_S) is None
        assert await lives(at(edge))

    asyncio.run(scenario())


@pytest.mark.parametrize("change", READ, ids=str)
def test_what_only_looks_like_it_is_read(edge: EdgeStage, change: dict[str, str]) -> None:
    """Backslashes, folds and empty values are nobody's attack."""
    assert asyncio.run(answer_to_options(edge, change, 5.0)) == 200


def test_an_extension_that_proxies_must_have_is_refused(edge: EdgeStage) -> None:
    """Proxy-Require: 420 that names it, and an INVITE has its row (RFC 3261, 16.3)."""

    async def scenario() -> str:
        async with line_to(at(edge), "UDP", STRANGER) as wire:
            aim = Aim(target=at(edge), own=wire.own)
            wire.send(invite(aim, extra=("Proxy-Require: this, that", "Proxy-Require: other")))
            answer = await final_answer(wire, 5.0)
            assert answer
            assert (answer.status, answer.first("unsupported")) == (420, "this, that,other")
            await leave(wire, aim, answer)
            return aim.call_id

    call_id = asyncio.run(scenario())
    rows = asyncio.run(eventually(lambda: [row for row in edge.rows() if row.sip_call_id == call_id]))
    assert [reason_of(row) for row in rows] == [Reason.BAD_REQUEST]
