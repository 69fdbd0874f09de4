"""Findings that the machine missed and a person adds."""

from __future__ import annotations

import json

import httpx
import pytest

from ledger import audit
from ledger.database import Ledger
from ledger.sample_verdicts import verdict_of_call
from ledger.tables import CaseRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import FLAGGED

ADDRESS = f"/api/calls/{FLAGGED}/added-findings"
HEARD = {"rule": "overtalk", "start_s": 9.0, "end_s": 9.8, "why": "抢着说", "first_turn": 3, "last_turn": 3}


def scores(monitor: httpx.Client, ledger: Ledger) -> tuple[float, float | None]:
    """The call's score after review, on its page and in a sample."""
    with ledger.reading() as session:
        verdict = verdict_of_call(session, FLAGGED)
    return monitor.get(f"/api/calls/{FLAGGED}/review").json()["score"], verdict and verdict.reviewed_score


def test_a_missed_finding_counts_by_its_rule(monitor: httpx.Client, ledger: Ledger) -> None:
    """The words are the transcript's, the points the rule's; pages, API and samples have the same score."""
    added = monitor.post(ADDRESS, json=HEARD).json()
    assert (added["text"], added["points"], added["dimension"]) == ("我不知道", 5, "亲")
    assert scores(monitor, ledger) == (65, 65)  # 100 - 20 - 10 - 5
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert f'id="added-{added["id"]}"' in html
    assert 'data-start="9.0" data-end="9.8" data-verdict="fail"' in html
    monitor.delete(f"{ADDRESS}/{added['id']}")
    assert scores(monitor, ledger) == (70, 70)
    (kept,) = monitor.get(f"/api/calls/{FLAGGED}/review").json()["added"]
    assert kept["withdrawn_at"]
    with ledger.reading() as session:
        told = [row.action for row in audit.find(session, call_id=FLAGGED)]
    assert [action for action in told if "finding" in action] == ["added_finding", "withdrew_finding"]


def test_a_rule_takes_no_more_than_it_may(monitor: httpx.Client, ledger: Ledger) -> None:
    """The same rule twice costs its weight once; what the machine has taken for it counts too."""
    for _ in range(2):
        monitor.post(ADDRESS, json=HEARD)
    assert scores(monitor, ledger) == (65, 65)
    monitor.post(ADDRESS, json={**HEARD, "rule": "greeting"})  # the machine took its 10 points already
    assert scores(monitor, ledger) == (65, 65)


def test_what_is_of_no_rule_is_kept_without_points(monitor: httpx.Client, ledger: Ledger) -> None:
    """其他 takes nothing off; a span without words has none."""
    csrf = csrf_of(monitor.get(f"/calls/{FLAGGED}").text)
    form = {"csrf": csrf, "rule": "其他", "why": "背景有人聊天", "start_s": "1", "end_s": "2"}
    address = f"/calls/{FLAGGED}/added-findings"
    answer = monitor.post(address, data=form, headers={"HX-Request": "true"})
    assert "背景有人聊天" in answer.text
    assert 'id="score"' in answer.text
    assert scores(monitor, ledger) == (70, 70)


def test_only_its_author_withdraws_a_finding(monitor: httpx.Client, ledger: Ledger) -> None:
    """Another monitor is refused, and a second withdrawal too."""
    added = monitor.post(ADDRESS, json=HEARD).json()["id"]
    author = monitor.cookies["hotline_session"]
    with ledger.transaction() as session:
        seeding.add_user(session, "zhao")
        session.get_one(CaseRow, FLAGGED).holder_id = None  # given back
    monitor.cookies.set("hotline_session", open_session(ledger, "zhao"))
    assert monitor.delete(f"{ADDRESS}/{added}").status_code == 403
    with ledger.transaction() as session:
        session.get_one(CaseRow, FLAGGED).holder_id = None
    monitor.cookies.clear()
    monitor.cookies.set("hotline_session", author)
    assert monitor.delete(f"{ADDRESS}/{added}").status_code == 200
    assert monitor.delete(f"{ADDRESS}/{added}").status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"rule": "no-such"},
            {"end_s": 8.0},
            {"end_s": 99.0},
            {"why": " "},
            {"start_s": -1},
            {"points": 90},
        ),
        *({"why": "\ud800"}, {"why": "\0"}, {"first_turn": -1}),
    ],
)
def test_a_finding_filled_in_wrongly_is_refused(monitor: httpx.Client, change: dict[str, object]) -> None:
    """A rule of the pack, a span of the recording, a reason that is text, and no points of one's own."""
    body, headers = json.dumps({**HEARD, **change}), {"Content-Type": "application/json"}
    assert monitor.post(ADDRESS, content=body, headers=headers).status_code == 422
