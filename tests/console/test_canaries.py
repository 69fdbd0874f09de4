"""Canary calls and their operator are on the pages only for who asks for them; held findings say so."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import update

from console.app import create_app
from hotline.switchboard import switchboard_of
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import OperatorState, Origin
from ledger.tables import CallRow, FindingRow
from sip_config import load_plan
from sip_config.canary import Canary
from sip_config.desk import Desk, Operator
from tests.console import live
from tests.console.conftest import serve, sign_in
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE
from tests.console.test_list import EVERY_CALL, listed, row
from tests.console.test_metrics import samples, scrape


@pytest.fixture
def ours(ledger: Ledger) -> str:
    """A call that turns out to be a canary, from today."""
    with ledger.transaction() as session:
        row = session.get_one(CallRow, FLAGGED_ONCE)
        row.origin, row.operator, row.received_at = Origin.CANARY, "8999", now()
    return FLAGGED_ONCE


def test_the_list_has_canaries_only_where_they_are_asked_for(monitor: httpx.Client, ours: str) -> None:
    """Neither in the rows, nor in the counts, nor in what the filters offer."""
    assert listed(monitor) == [call for call in EVERY_CALL if call != ours]
    page = monitor.get("/calls").text
    assert "共 5 通" in page
    assert "8999" not in page
    assert listed(monitor, canary="only") == [ours]
    assert listed(monitor, canary="only", hotline="114") == []
    assert monitor.get("/calls", params={"canary": "all"}).status_code == 422
    assert '<span class="chip">自检呼叫</span>' in monitor.get(f"/calls/{ours}").text
    assert monitor.get("/api/calls").json()["total"] == 5


def test_canaries_are_in_no_metric_of_calls(monitor: httpx.Client, ours: str) -> None:
    """It is of today and is not counted; the canaries have families of their own."""
    assert ours
    found = samples(scrape(monitor))
    assert found["hotline_calls_received_total", frozenset()] == 0
    assert found["hotline_canary_calls", frozenset({("outcome", "whole")})] == 0
    assert found["hotline_rule_standings", frozenset({("state", "suspended")})] == 0


def test_the_canaries_operator_is_nobody(settings: Settings, ledger: Ledger) -> None:
    """Not on the wallboard, not in the metrics, not in the list of operators; the desk is on no board."""
    plan = load_plan()
    desk = Desk(name="自检", operators=("8999",))
    operator = Operator(name="自检", address="sip:8999@127.0.0.1:5199")
    plan = plan.model_copy(
        update={
            "desks": {**plan.desks, "canary": desk},
            "operators": {**plan.operators, "8999": operator},
            "canary": Canary(desk="canary", operator="8999"),
        }
    )
    board = switchboard_of(plan)
    assert [one.id for one in board.desks] == list(load_plan().desks)
    with ledger.transaction() as session:
        live.add_operators(session, "8001", "8999", state=OperatorState.IDLE)
    with (
        serve(create_app(settings, ledger, replace(board, sip=None))) as url,
        httpx.Client(base_url=url, timeout=120) as client,
    ):
        sign_in(client)
        idle = samples(scrape(client))["hotline_operators", frozenset({("state", "idle")})]
        assert idle == 1
        assert "8999" not in client.get("/operators").text
        assert "8001" in client.get("/operators").text


def test_a_held_finding_says_that_it_deducts_nothing(monitor: httpx.Client, ledger: Ledger) -> None:
    """On the call's page and in the list, instead of its points."""
    chip = re.compile(r'<span class="chip held"[^>]*>暂不扣分</span>')
    assert not chip.search(monitor.get(f"/calls/{FLAGGED}").text)
    assert not chip.search(row(monitor, FLAGGED))
    with ledger.transaction() as session:
        held = update(FindingRow).where(FindingRow.rule == "forbidden-words", FindingRow.verdict == "fail")
        session.execute(held.values(held=True, points=0.0))
    assert len(chip.findall(monitor.get(f"/calls/{FLAGGED}").text)) == 1
    assert len(chip.findall(row(monitor, FLAGGED))) == 1
    found = monitor.get(f"/api/calls/{FLAGGED}").json()["findings"]
    assert [one["rule"] for one in found if one["held"]] == ["forbidden-words"]
    assert not chip.search(monitor.get(f"/calls/{CLEAN}").text)
