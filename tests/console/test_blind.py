"""Whoever judges a call blind sees nothing of what was found in it, by whatever way."""

from __future__ import annotations

import re

import httpx
import pytest

from ledger import blind_rounds
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console.blinding import begin_round, person, submit_all
from tests.console.conftest import csrf_of, open_session
from tests.console.routes import every_route
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE, REASONS
from tests.console.test_reviews import count_reviews

# What pages and documents would tell of the findings of the flagged call; its transcript has none of it.
TOLD = re.compile(
    "|".join(REASONS.values())
    + r'|的理由|data-verdict|class="flag"|机器评分|相似度|desk-114|"likeness"|word evidence|复核'
)


@pytest.fixture
def blind(monitor: httpx.Client, ledger: Ledger) -> httpx.Client:
    """Li, who has yet to judge the flagged call, as Wang has."""
    begin_round(ledger, "li", "wang")
    return monitor


def test_no_address_of_the_call_tells_of_its_findings(stranger: httpx.Client, ledger: Ledger) -> None:
    """Every route that names a call, for monitors and administrators; sound and words are there."""
    routes = sorted({route.path for route in every_route() if "{call_id}" in route.path})
    assert len(routes) >= 6
    for role in (UserRole.MONITOR, UserRole.ADMINISTRATOR):
        person(ledger, role, role)
        begin_round(ledger, role, "wang")
        stranger.cookies.set("hotline_session", open_session(ledger, role))
        for path in routes:
            response = stranger.get(path.replace("{call_id}", FLAGGED))
            if not response.headers["content-type"].startswith("audio"):
                assert not TOLD.search(response.text), path
        assert not TOLD.search(stranger.get(f"/calls/{FLAGGED}?version=1").text)
        page = stranger.get(f"/calls/{FLAGGED}").text
        assert "这通电话正在盲评" in page
        assert ">我不知道你问别人去</p>" in page
        assert stranger.get(f"/calls/{FLAGGED}/audio").status_code == 200


def test_no_list_filter_or_search_has_the_call(blind: httpx.Client) -> None:
    """Neither its row nor its place in the order, nor the counts; other calls that fit are there."""
    fitting = ("hotline=114", "score_min=0", "state=scored", "operator=8001")
    telling = ("flag=forbidden-words", "flag=greeting", "score_max=80", "text=人民医院")
    for path in ("/calls", "/api/calls"):
        for query in ("", *fitting, *telling):
            listed = blind.get(f"{path}?{query}")
            assert listed.status_code == 200
            assert FLAGGED not in listed.text, query
            assert (CLEAN in listed.text) is (query not in telling), query
    counted = blind.get("/api/calls").json()
    assert (counted["total"], counted["flagged"]) == (5, 1)
    assert "您正在盲评的 1 通不在此列" in blind.get("/calls").text


def test_no_decision_on_a_finding_is_taken_or_shown(blind: httpx.Client, ledger: Ledger) -> None:
    """A form that guesses the finding's number gets a refusal that tells nothing of the finding."""
    form = {"csrf": csrf_of(blind.get("/calls").text), "decision": "confirmed"}
    for finding in (1, 3):
        for headers in ({}, {"HX-Request": "true"}):
            address = f"/calls/{FLAGGED}/findings/{finding}/review"
            response = blind.post(address, data=form, headers=headers)
            assert response.status_code == 403
            assert not TOLD.search(response.text.replace("核对判定", ""))
            assert "正在盲评" in response.text
    assert count_reviews(ledger) == 0


def test_a_lead_who_judges_does_not_learn_who_has(stranger: httpx.Client, ledger: Ledger) -> None:
    """Of those who handled the call, whoever reviewed it is left out."""
    person(ledger, "chen", UserRole.TEAM_LEAD)
    begin_round(ledger, "chen", "wang")
    submit_all(ledger, "wang")
    stranger.cookies.set("hotline_session", open_session(ledger, "chen"))
    stranger.get(f"/calls/{FLAGGED}")  # so that there is something to tell
    page = stranger.get(f"/calls/{FLAGGED}").text
    assert "谁听过、看过" in page
    assert "wang" not in page


def test_whoever_has_submitted_stays_blind_until_the_other_has(blind: httpx.Client, ledger: Ledger) -> None:
    """Till then it is as if nobody had judged it; then all of it is there again."""
    told = blind.get(f"/api/calls/{FLAGGED}").json()
    assert (told["score"], told["flags"], told["findings"]) == (None, [], [])
    assert (told["proof"]["pack"], len(told["transcript"])) == (None, 6)
    submit_all(ledger, "li")
    assert not TOLD.search(blind.get(f"/calls/{FLAGGED}").text)
    submit_all(ledger, "wang")
    assert TOLD.search(blind.get(f"/calls/{FLAGGED}").text)
    assert blind.get(f"/api/calls/{FLAGGED}").json()["score"] == 70
    assert FLAGGED in blind.get("/calls").text


def test_others_calls_and_other_people_are_as_before(monitor: httpx.Client, ledger: Ledger) -> None:
    """Li is blind for the call of her own round alone, and only until that is closed."""
    begin_round(ledger, "wang", "zhao")
    assert TOLD.search(monitor.get(f"/calls/{FLAGGED}").text)
    assert monitor.get("/api/calls").json()["total"] == 6
    begin_round(ledger, "li", "zhao", calls=(CLEAN,))
    assert TOLD.search(monitor.get(f"/calls/{FLAGGED}").text)
    assert monitor.get(f"/api/calls/{FLAGGED_ONCE}").json()["flags"] == ["closing"]
    assert monitor.get(f"/api/calls/{CLEAN}").json()["score"] is None
    with ledger.transaction() as session:
        blind_rounds.close_round(session, 2, by="chen")
    assert monitor.get(f"/api/calls/{CLEAN}").json()["score"] == 100
