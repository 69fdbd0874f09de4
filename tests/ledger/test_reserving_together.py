"""Many processes reserve at once, on SQLite and PostgreSQL: nobody is ever given to two callers."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from ledger import calls, operators, waiting
from ledger.database import Ledger
from ledger.states import QueueOutcome
from ledger.waiting import Floor, Look, Match

PROCESSES, CALLS_EACH, STAFF = 6, 15, ("8001", "8002", "8003", "8004")


def first_come(floor: Floor) -> list[Match]:
    """Callers and free operators in their order."""
    free = [one for one in floor.operators if one.is_free(floor.at)]
    return [Match(call_id=w.call_id, operator=o.number) for w, o in zip(floor.waiting, free, strict=False)]


def serve(url: str, name: str, report: Any) -> None:
    """A line: its calls wait one after the other, are talked to, and tell when they held whom."""
    ledger = Ledger(url)
    held = []
    for count in range(CALLS_EACH):
        call_id = f"{name}-{count}"
        with ledger.transaction() as session:
            calls.add_call(session, call_id=call_id, hotline="114")
            waiting.join(session, call_id=call_id, desk="114")
        number = find(ledger, call_id)
        since = datetime.now(UTC)
        with ledger.transaction() as session:
            assert operators.start_ringing(session, number, call_id)
        with ledger.transaction() as session:
            assert operators.start_talking(session, number, call_id)
            waiting.leave(session, call_id, QueueOutcome.BRIDGED)
        until = datetime.now(UTC)
        with ledger.transaction() as session:
            operators.let_go(session, number, call_id)
        held.append((number, since, until))
    ledger.close()
    report.put(held)


def find(ledger: Ledger, call_id: str) -> str:
    """Look, match, look, as a line does."""
    while True:
        with ledger.reading() as session:
            seen = waiting.look(session, call_id, STAFF)
        if seen is Look.SOMEBODY_FREE:
            with ledger.transaction() as session:
                waiting.match(session, first_come)
        elif isinstance(seen, str):
            return seen


@pytest.mark.slow
def test_no_operator_is_held_by_two_calls_at_once(either_ledger: Ledger) -> None:
    """Six processes, ninety calls, four operators: the spans in which one is held never overlap."""
    with either_ledger.transaction() as session:
        operators.enrol(session, STAFF)
    spawn = multiprocessing.get_context("spawn")
    report = spawn.Queue()
    url = either_ledger.url
    processes = [spawn.Process(target=serve, args=(url, f"line-{line}", report)) for line in range(PROCESSES)]
    for process in processes:
        process.start()
    held = [span for _ in processes for span in report.get(timeout=120)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(held) == PROCESSES * CALLS_EACH
    for number in STAFF:
        spans = sorted((since, until) for operator, since, until in held if operator == number)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
    with either_ledger.reading() as session:
        counted = {one.number: one.calls for one in operators.list_operators(session)}
    assert Counter(counted) == Counter(operator for operator, _, _ in held)
