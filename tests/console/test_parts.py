"""Monitors decide on what later operators of a transferred call said, beside the call's own review."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from ledger.audit import newest_of_call
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.states import UserRole, Verdict
from ledger.tables import UserRow
from tests.console import seeding
from tests.console.blinding import begin_round
from tests.console.conftest import open_session
from tests.console.seeding import FLAGGED
from tests.console.transferring import FINDINGS, LATER_OPERATOR, add_later_part

API = f"/api/calls/{FLAGGED}"


@pytest.fixture
def part(ledger: Ledger) -> int:
    """The later part of the flagged call: one finding of it failed, the first."""
    with ledger.transaction() as session:
        for name in ("8001", LATER_OPERATOR):
            seeding.add_user(session, name, UserRole.OPERATOR)
        seeding.add_user(session, "zhou", UserRole.QUALITY_LEAD)
        return add_later_part(session)


def as_(client: httpx.Client, ledger: Ledger, name: str) -> httpx.Client:
    """The client signed in as somebody."""
    client.cookies.set("hotline_session", open_session(ledger, name))
    return client


def decide(client: httpx.Client, part: int, number: int = 1, **wish: object) -> httpx.Response:
    """A decision on a finding, of the scorecard that the API tells now."""
    card = client.get(f"{API}/parts/{part}").json().get("card", 1)
    wanted = {"card": card, "decision": "rejected", "reason": "misheard", **wish}
    return client.post(f"{API}/parts/{part}/findings/{number}/review", json=wanted)


def test_a_rejected_finding_gives_the_part_its_points_back(
    monitor: httpx.Client, ledger: Ledger, part: int
) -> None:
    """And the call's score, findings and figures nothing; undone it is as before, and all is in the log."""
    before = monitor.get(f"{API}/review").json(), monitor.get(API).json()
    decided = decide(monitor, part, comment="是那好吧").json()
    assert (decided["score"], decided["version"], decided["review"]["reason"]) == (100.0, 1, "misheard")
    told = monitor.get(f"{API}/parts/{part}").json()
    assert (told["machine_score"], told["score"], told["undecided"]) == (80.0, 100.0, 0)
    assert (monitor.get(f"{API}/review").json(), monitor.get(API).json()) == before
    assert monitor.get(f"{API}/case").json()["state"] == "open"
    undone = monitor.post(f"{API}/parts/{part}/findings/1/undo", json={"card": told["card"], "seen": 1})
    assert (undone.json()["review"], undone.json()["score"]) == (None, 80.0)
    with ledger.reading() as session:
        acts = [act for act in newest_of_call(session, FLAGGED, 9) if '"part"' in act.details]
    assert [act.action for act in acts] == [AuditAction.UNDONE, AuditAction.REVIEWED]


def test_who_decides_after_somebody_else_is_told(monitor: httpx.Client, ledger: Ledger, part: int) -> None:
    """And keeps what was typed; nobody undoes another's decision."""
    assert decide(monitor, part, decision="confirmed", seen=0).status_code == 200
    html = monitor.get(f"/calls/{FLAGGED}").text
    own = html[html.index(f'action="/calls/{FLAGGED}/parts/{part}/findings/1/review"') :]
    csrf, card = (re.search(rf'name="{name}" value="([^"]+)"', own) for name in ("csrf", "card"))
    assert csrf
    assert card
    as_(monitor, ledger, "zhou")
    form = {"card": card[1], "seen": "0", "decision": "rejected", "reason": "context", "comment": "可以说"}
    form["csrf"] = re.findall(r'name="csrf" value="([^"]+)"', monitor.get(f"/calls/{FLAGGED}").text)[0]
    address = f"/calls/{FLAGGED}/parts/{part}/findings/1"
    answer = monitor.post(f"{address}/review", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    for kept in ("有人刚刚核对了同一项", 'value="可以说"', "已确认"):
        assert kept in answer.text
    undone = monitor.post(f"{API}/parts/{part}/findings/1/undo", json={"card": int(card[1])})
    assert undone.status_code == 409
    answer = monitor.post(f"{address}/review", data=form | {"seen": "1"}, headers={"HX-Request": "true"})
    assert 'hx-swap-oob="true"' in answer.text
    assert "改为确认" in answer.text


def test_a_part_that_is_judged_anew_is_asked_anew(monitor: httpx.Client, ledger: Ledger, part: int) -> None:
    """Who decided on the older scorecard has heard what that says; the decision stays with it."""
    card = monitor.get(f"{API}/parts/{part}").json()["card"]
    assert decide(monitor, part).status_code == 200
    with ledger.transaction() as session:
        add_later_part(session, is_anew=True)
    told = monitor.get(f"{API}/parts/{part}").json()
    assert (told["undecided"], told["score"]) == (1, 80.0)
    assert decide(monitor, part, card=card).status_code == 409
    assert decide(monitor, part).status_code == 200


def test_a_part_leaves_the_queue_when_all_of_it_is_decided(
    monitor: httpx.Client, ledger: Ledger, part: int
) -> None:
    """An undone decision, and a new judgement, bring it back; two findings need two decisions."""

    def waiting() -> int:
        return int(monitor.get("/api/calls?queue=later").json()["total"])

    assert waiting() == 1
    assert decide(monitor, part).status_code == 200
    assert waiting() == 0
    card = monitor.get(f"{API}/parts/{part}").json()["card"]
    assert monitor.post(f"{API}/parts/{part}/findings/1/undo", json={"card": card}).status_code == 200
    assert waiting() == 1
    assert decide(monitor, part, decision="confirmed", reason="").status_code == 200
    assert waiting() == 0
    two = (FINDINGS[0], replace(FINDINGS[1], verdict=Verdict.FAIL))
    with ledger.transaction() as session:
        add_later_part(session, findings=two, is_anew=True)
    assert waiting() == 1
    assert decide(monitor, part).status_code == 200
    assert waiting() == 1
    assert decide(monitor, part, 2).status_code == 200
    assert waiting() == 0


def test_the_operator_no_longer_sees_what_was_rejected(
    monitor: httpx.Client, ledger: Ledger, part: int
) -> None:
    """What was confirmed says so; a rejected finding is not held against anybody."""
    assert decide(monitor, part, decision="confirmed", reason="").status_code == 200
    own = as_(monitor, ledger, LATER_OPERATOR)
    assert "已确认" in own.get("/published").text
    (told,) = own.get("/api/published").json()["later_parts"]
    assert (told["reviewed_score"], told["rejected"]) == (None, [])
    assert decide(as_(monitor, ledger, "li"), part).status_code == 200
    html = as_(monitor, ledger, LATER_OPERATOR).get("/published").text
    assert "没有扣分的判定" in html
    (told,) = own.get("/api/published").json()["later_parts"]
    assert (told["reviewed_score"], len(told["rejected"])) == (100.0, 1)


def test_only_who_sees_the_call_decides(monitor: httpx.Client, ledger: Ledger, part: int) -> None:
    """On failed findings that there are, with a reason; nobody who is blind, no operator, no stranger."""
    assert decide(monitor, part, 2).status_code == 404
    assert decide(monitor, part + 1).status_code == 404
    assert decide(monitor, part, reason="").status_code == 422
    begin_round(ledger, "li", "wang")
    assert {decide(monitor, part).status_code, monitor.get(f"{API}/parts/{part}").status_code} == {403}
    assert decide(as_(monitor, ledger, LATER_OPERATOR), part).status_code == 403
    with ledger.transaction() as session:
        session.query(UserRow).filter_by(name="zhou").one().desks = ["faults"]
    lead = as_(monitor, ledger, "zhou")
    assert {decide(lead, part).status_code, lead.get(f"{API}/parts/{part}").status_code} == {404}
