"""Operators' states by page and by API."""

from __future__ import annotations

import httpx
import pytest

from ledger import call_wishes, operators
from ledger.call_wishes import CallWish
from ledger.database import Ledger
from ledger.operators import OperatorRecord
from ledger.states import OperatorState, QueueOutcome, UserRole, WishKind
from ledger.tables import OperatorRow
from tests.console import live, seeding
from tests.console.conftest import csrf_of, open_session

WITH_A_CALLER = (OperatorState.RESERVED, OperatorState.RINGING, OperatorState.TALKING)


@pytest.fixture(autouse=True)
def seats(ledger: Ledger) -> None:
    """Three operators, a lead, and the first operator's own account."""
    with ledger.transaction() as session:
        live.add_operators(session, "8001", "8002", "8003")
        seeding.add_user(session, "wang", UserRole.TEAM_LEAD)
        seeding.add_user(session, "8001", UserRole.OPERATOR)


@pytest.fixture
def lead(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """A team lead."""
    stranger.cookies.set("hotline_session", open_session(ledger, "wang"))
    return stranger


@pytest.fixture
def operator(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """Operator 8001."""
    stranger.cookies.set("hotline_session", open_session(ledger, "8001"))
    return stranger


def operator_in(ledger: Ledger, number: str) -> OperatorRecord:
    """What the ledger says of an operator."""
    with ledger.reading() as session:
        return next(one for one in operators.list_operators(session) if one.number == number)


def busy_with(ledger: Ledger, number: str, state: OperatorState) -> None:
    """A caller is with the operator."""
    with ledger.transaction() as session:
        row = session.get_one(OperatorRow, number)
        row.state, row.call_id = state, seeding.FLAGGED


def press(client: httpx.Client, page: str, number: str, state: str, **more: str) -> httpx.Response:
    """Press a button of a page."""
    headers = {"HX-Request": "true"} if more.pop("by_htmx", "") else {}
    form = {"csrf": csrf_of(client.get(page).text), "state": state, **more}
    return client.post(f"/operators/{number}/state", data=form, headers=headers)


def test_the_list_tells_everything_of_everybody(lead: httpx.Client, ledger: Ledger) -> None:
    """Number, name, desks, state, misses, calls of today, the phone's registration, and the call at hand."""
    with ledger.transaction() as session:
        live.add_wait(session, "a", QueueOutcome.BRIDGED, 2)
        session.get_one(OperatorRow, "8001").misses = 1
        session.get_one(OperatorRow, "8003").registers = True
    busy_with(ledger, "8002", OperatorState.TALKING)
    html = lead.get("/operators").text
    for words in (
        "8001",
        "张话务",
        "114查号台、112障碍台",
        "今日 1 通",
        "连续未接 1 次",
        "话机未注册",
        "人工通话",
    ):
        assert words in html
    assert f'href="/calls/{seeding.FLAGGED}"' in html
    first, second, third = lead.get("/api/operators").json()["operators"]
    assert (first["number"], first["name"], first["desks"], first["state"]) == (
        "8001",
        "张话务",
        ["114查号台"],
        "idle",
    )
    assert (first["calls_today"], first["misses"], first["registered"]) == (1, 1, None)
    assert (second["call_id"], third["registered"]) == (seeding.FLAGGED, False)


def test_a_lead_sets_an_operator_away_with_a_reason(lead: httpx.Client, ledger: Ledger) -> None:
    """The state and the reason are kept and shown; ready again forgets the reason."""
    assert (
        press(lead, "/operators", "8002", "away", reason="  午间  用餐 ").headers["location"] == "/operators"
    )
    assert operator_in(ledger, "8002").state is OperatorState.AWAY
    assert operator_in(ledger, "8002").away_reason == "午间 用餐"
    assert "午间 用餐" in lead.get("/operators").text
    press(lead, "/operators", "8002", "idle", reason="typed and left")
    assert (operator_in(ledger, "8002").state, operator_in(ledger, "8002").away_reason) == ("idle", "")


def test_htmx_gets_the_state_anew_and_a_sentence(lead: httpx.Client) -> None:
    """The operator's cell and the polite region are replaced, nothing else."""
    html = press(lead, "/operators", "8002", "off", by_htmx="yes").text
    assert '<div id="now-8002" class="now" hx-swap-oob="true">' in html
    assert '<p id="said" hx-swap-oob="innerHTML">8002 现在：离线</p>' in html
    assert "<table" not in html
    states = lead.get("/operators", headers={"HX-Request": "true"}).text
    assert states.count("hx-swap-oob") == 3
    assert "<form" not in states  # what somebody is typing there stays


@pytest.mark.parametrize("state", WITH_A_CALLER)
def test_going_away_waits_until_the_caller_is_gone(
    lead: httpx.Client, ledger: Ledger, state: OperatorState
) -> None:
    """The caller notices nothing: the wish is noted, shown, and taken back by `ready`."""
    busy_with(ledger, "8002", state)
    html = press(lead, "/operators", "8002", "away", by_htmx="yes").text
    assert "8002 通话后：离席" in html
    assert operator_in(ledger, "8002").state is state
    assert lead.get("/api/operators/8002").json()["after_call"] == "away"
    response = lead.put("/api/operators/8002/state", json={"state": "idle"})
    assert (response.json()["state"], response.json()["after_call"]) == (state, None)


def test_what_cannot_be_is_refused_in_one_sentence(lead: httpx.Client, ledger: Ledger) -> None:
    """409: in words to a page, in JSON to a program; who is off stays off."""
    press(lead, "/operators", "8002", "off")
    response = press(lead, "/operators", "8002", "away", by_htmx="yes")
    assert response.status_code == 409
    assert response.text == "状态没有更改：要离席请先示闲，要示闲请先注册话机。"
    response = lead.put("/api/operators/8002/state", json={"state": "away"})
    assert response.status_code == 409
    assert response.json()["error"] == "operator 8002 is off and cannot be set away; sign on first"
    with ledger.transaction() as session:
        session.get_one(OperatorRow, "8002").registers = True
    response = lead.put("/api/operators/8002/state", json={"state": "idle"})
    assert response.status_code == 409
    assert response.json()["error"].startswith("the phone of operator 8002 is not registered")
    assert operator_in(ledger, "8002").state is OperatorState.OFF


def test_who_was_set_away_by_misses_is_told_so_in_words(lead: httpx.Client, ledger: Ledger) -> None:
    """The line's own reason is no word of a person's."""
    with ledger.transaction() as session:
        row = session.get_one(OperatorRow, "8002")
        row.state, row.away_reason = OperatorState.AWAY, operators.AWAY_MISSED
    html = lead.get("/operators").text
    assert "<span>未接</span>" in html
    assert operators.AWAY_MISSED not in html


def test_programs_set_states(lead: httpx.Client, ledger: Ledger) -> None:
    """PUT answers with the operator as it is now."""
    response = lead.put("/api/operators/8003/state", json={"state": "away", "reason": "会议"})
    assert (response.status_code, response.json()["state"], response.json()["away_reason"]) == (
        200,
        "away",
        "会议",
    )
    assert operator_in(ledger, "8003").state is OperatorState.AWAY


@pytest.mark.parametrize(
    ("number", "body", "status"),
    [
        ("8001", {"state": "talking"}, 422),
        ("8001", {"state": ""}, 422),
        ("8001", {"reason": "no state"}, 422),
        ("8001", {"state": "away", "reason": "长" * 65}, 422),
        ("9999", {"state": "away"}, 404),
        ("8001", {"state": "away", "reason": "a\0b"}, 422),
    ],
)
def test_nonsense_is_refused(
    lead: httpx.Client, ledger: Ledger, number: str, body: dict[str, str], status: int
) -> None:
    """States that only calls bring, endless reasons and unknown operators."""
    response = lead.put(f"/api/operators/{number}/state", json=body)
    assert (response.status_code, list(response.json())) == (status, ["error"])
    assert operator_in(ledger, "8001").state is OperatorState.IDLE


def test_a_forged_form_sets_nothing(lead: httpx.Client, ledger: Ledger) -> None:
    """A form without the session's token is refused."""
    assert lead.post("/operators/8002/state", data={"state": "off"}).status_code == 403
    assert operator_in(ledger, "8002").state is OperatorState.IDLE


def test_an_operator_has_one_page_and_sets_the_own_state(operator: httpx.Client, ledger: Ledger) -> None:
    """The first page is the workplace; the own state's buttons work, and it leads nowhere else."""
    assert operator.get("/").headers["location"] == "/workplace"
    html = operator.get("/operators/8001").text
    assert 'href="/calls' not in html
    assert 'href="/wallboard' not in html
    response = press(operator, "/operators/8001", "8001", "away", reason="休息")
    assert response.headers["location"] == "/operators/8001"
    assert operator_in(ledger, "8001").away_reason == "休息"
    assert operator.put("/api/operators/8001/state", json={"state": "idle"}).json()["state"] == "idle"
    assert operator.get("/api/operators/8001").json()["number"] == "8001"


def test_an_operator_cannot_touch_another(operator: httpx.Client, ledger: Ledger) -> None:
    """Neither by a form nor by the API, nor is another one's page shown."""
    form = {"csrf": csrf_of(operator.get("/operators/8001").text), "state": "off"}
    assert operator.post("/operators/8002/state", data=form).status_code == 403
    assert operator.put("/api/operators/8002/state", json={"state": "off"}).status_code == 403
    assert operator.get("/operators/8002").status_code == 403
    assert operator.get("/api/operators/8002").status_code == 403
    assert operator_in(ledger, "8002").state is OperatorState.IDLE


def test_a_monitor_sees_and_sets_nobody(monitor: httpx.Client, ledger: Ledger) -> None:
    """No buttons, and no way around them."""
    html = monitor.get("/operators").text
    assert "8002" in html
    assert "设置状态" not in html
    assert monitor.put("/api/operators/8002/state", json={"state": "off"}).status_code == 403
    assert operator_in(ledger, "8002").state is OperatorState.IDLE


def test_signing_in_leads_an_operator_home(stranger: httpx.Client) -> None:
    """Wherever the sign-in came from, an operator lands on the own page, and can sign out there."""
    page = stranger.get("/sign-in")
    form = {"csrf": csrf_of(page.text), "name": "8001", "password": seeding.PASSWORD, "next": "/calls"}
    assert stranger.post("/sign-in", data=form).headers["location"] == "/workplace"
    form = {"csrf": csrf_of(stranger.get("/operators/8001").text)}
    assert stranger.post("/sign-out", data=form).headers["location"] == "/sign-in"
    assert stranger.get("/operators/8001").status_code == 303


def test_english_pages_hold_no_chinese_but_names(lead: httpx.Client) -> None:
    """The reasons that are offered are in the reader's language too."""
    lead.get("/language/en")
    html = lead.get("/operators").text
    assert "Set the state" in html
    assert "phone" not in html  # all have fixed addresses
    assert '<option value="Meal">' in html


@pytest.mark.parametrize("visitor", ["lead", "operator"])
def test_the_operator_and_leads_pause_the_recording(
    ledger: Ledger, visitor: str, request: pytest.FixtureRequest
) -> None:
    """By API and by button; the call keeps who asked."""
    client: httpx.Client = request.getfixturevalue(visitor)
    busy_with(ledger, "8001", OperatorState.TALKING)
    assert client.put("/api/operators/8001/pause", json={"paused": True}).json() == {"paused": True}
    wish = pause_wish_in(ledger)
    assert wish
    assert (wish.kind, wish.by) == (WishKind.PAUSE, "wang" if visitor == "lead" else "8001")
    page = client.get("/operators/8001").text
    assert "暂停录音" in page
    form = {"csrf": csrf_of(page), "paused": "false"}
    said = client.post("/operators/8001/pause", data=form, headers={"HX-Request": "true"})
    assert "8001 的录音继续" in said.text
    wish = pause_wish_in(ledger)
    assert wish
    assert wish.kind is WishKind.RESUME


def test_nobody_else_pauses_the_recording(ledger: Ledger, operator: httpx.Client) -> None:
    """An operator pauses no colleague's, and nobody's where there is no conversation."""
    busy_with(ledger, "8002", OperatorState.TALKING)
    assert operator.put("/api/operators/8002/pause", json={"paused": True}).status_code == 403
    refused = operator.put("/api/operators/8001/pause", json={"paused": True})
    assert refused.status_code == 409
    assert "talks to nobody" in refused.text
    assert pause_wish_in(ledger) is None


def pause_wish_in(ledger: Ledger) -> CallWish | None:
    """What was asked last of the call that the operators have."""
    with ledger.reading() as session:
        wishes = call_wishes.list_wishes(session, seeding.FLAGGED)
    return wishes[-1] if wishes else None
