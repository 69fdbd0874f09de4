"""What later operators of a transferred call said: for whom the call is, and for themselves alone."""

from __future__ import annotations

import httpx
import pytest

from ledger.database import Ledger
from ledger.records import Evidence
from ledger.settings import Settings
from ledger.states import UserRole, Verdict
from ledger.tables import CaseRow, UserRow
from tests.console import seeding
from tests.console.blinding import begin_round
from tests.console.conftest import open_session
from tests.console.seeding import CLEAN, FLAGGED, NOON
from tests.console.test_list import listed, row
from tests.console.transferring import LATER_OPERATOR, add_later_part

PAGE, API = f"/calls/{FLAGGED}", f"/api/calls/{FLAGGED}"
WORDS = "那好吧"


@pytest.fixture
def later(ledger: Ledger) -> Ledger:
    """The flagged call of 8001 was transferred to 8002, who said what must not be said."""
    with ledger.transaction() as session:
        add_later_part(session)
        for operator in ("8001", LATER_OPERATOR, "8003"):
            seeding.add_user(session, operator, UserRole.OPERATOR, shown=f"话务员{operator}")
    return ledger


def as_(client: httpx.Client, ledger: Ledger, name: str) -> httpx.Client:
    """The client signed in as somebody."""
    client.cookies.set("hotline_session", open_session(ledger, name))
    return client


def test_the_page_and_the_api_have_the_part_beside_the_score(monitor: httpx.Client, later: Ledger) -> None:
    """Its words, moments and score; the call's own score, flags and findings are what they were."""
    before = monitor.get(API).json()
    html = monitor.get(PAGE).text
    card = html[html.index('class="findings later-part"') :]
    for told in (
        "转接后：8002 · 112障碍台",
        f">{WORDS}<",
        'data-from="13.0" data-to="13.8"',
        "另外复核",
    ):
        assert told in card
    assert (
        card[: card.index("</section>")].count("/review") == 2
    )  # of the one failed finding: action, hx-post
    assert (before["score"], len(before["flags"]), len(before["findings"])) == (70.0, 2, 5)
    (part,) = before["later_parts"]
    assert (part["operator"], part["desk"], part["score"]) == (LATER_OPERATOR, "faults", 80.0)
    assert part["flags"] == ["forbidden-words"]
    assert part["findings"][0]["evidence"]["text"] == WORDS
    assert monitor.get(f"/api/calls/{CLEAN}").json()["later_parts"] == []


def test_a_queue_has_the_calls_whose_later_part_is_flagged(monitor: httpx.Client, later: Ledger) -> None:
    """With the words; until the call's review is finished, and not for who does not see the call."""
    assert listed(monitor, queue="later") == [FLAGGED]
    assert WORDS in row(monitor, FLAGGED)
    assert 'queue=later">转接后有问题 <span class="list-count some">1<' in monitor.get("/calls").text
    with later.transaction() as session:
        session.query(UserRow).filter_by(name="li").one().teams = ["晚班"]
    assert listed(monitor, queue="later") == []
    assert monitor.get(PAGE).status_code == 404
    with later.transaction() as session:
        session.query(UserRow).filter_by(name="li").one().teams = []
        session.get_one(seeding.CallRow, FLAGGED).case_state = "reviewed"
        session.add(CaseRow(call_id=FLAGGED, state="reviewed", since=NOON, version=1))
    assert listed(monitor, queue="later") == [FLAGGED]  # the call was reviewed, its later part was not


def test_who_judges_blind_sees_nothing_of_it(monitor: httpx.Client, later: Ledger) -> None:
    """Neither the card nor the words, nor that there is any."""
    begin_round(later, "li", "wang")
    assert "later-part" not in monitor.get(PAGE).text
    assert monitor.get(API).json()["later_parts"] == []
    assert listed(monitor, queue="later") == []


def test_operators_see_the_own_part_and_no_other(stranger: httpx.Client, later: Ledger) -> None:
    """Neither the first operator's findings, nor the first operator the later one's; nor the call's page."""
    own = as_(stranger, later, LATER_OPERATOR)
    html = own.get("/published").text
    assert "转接给我的通话" in html
    assert WORDS in html
    assert "我不知道你问别人去" not in html
    assert [each["operator"] for each in own.get("/api/published").json()["later_parts"]] == [LATER_OPERATOR]
    assert {own.get(path).status_code for path in (PAGE, API)} == {403}
    assert own.get(f"/mine/{FLAGGED}/appeal").status_code == 404
    for other in ("8001", "8003"):
        client = as_(stranger, later, other)
        assert "转接给我的通话" not in client.get("/published").text
        assert client.get("/api/published").json()["later_parts"] == []


def test_what_callers_told_is_hidden_in_it(monitor: httpx.Client, ledger: Ledger, settings: Settings) -> None:
    """In words and reasons, on every page that quotes them, unless somebody with the right asks."""
    secret = "幺三八零零幺三八零零零"
    with ledger.transaction() as session:
        seeding.add_call(session, "told", NOON)
        seeding.add_recording(session, settings, "told")
        turns = (seeding.turn(seeding.Role.CALLER, 6.0, "我的", "电话", "是", *secret),)
        seeding.add_judgement(session, "told", turns, ())
        evidence = Evidence(start_s=13.0, end_s=18.0, text=f"是{secret}", likeness=0.9)
        add_later_part(session, "told", (seeding.finding("closing", Verdict.FAIL, 10, evidence),))
        seeding.add_user(session, LATER_OPERATOR, UserRole.OPERATOR)
        seeding.add_user(session, "zhou", UserRole.QUALITY_LEAD)
    for path in ("/calls/told", "/api/calls/told", "/calls?queue=later"):
        text = monitor.get(path).text
        assert "●" in text
        assert secret[3:8] not in text
    assert secret[3:8] not in as_(monitor, ledger, LATER_OPERATOR).get("/published").text
    assert (
        secret
        in as_(monitor, ledger, "zhou")
        .get("/api/calls/told?unmasked=true")
        .json()["later_parts"][0]["findings"][0]["evidence"]["text"]
    )
