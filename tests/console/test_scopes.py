"""Somebody who is held to desks or teams: other calls are not there, in no list, count, choice or figure."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from console.listing.choices import choices
from console.tokens import csrf_token
from ledger import blind_rounds, samples, teams, users
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.settings import Settings
from ledger.states import QueueOutcome, UserRole
from ledger.tables import CallRow, OperatorRow, SampledRow, UserRow
from tests.console import live, sample_drawing, seeding
from tests.console.blinding import VERDICTS, begin_round, submit_all
from tests.console.conftest import csrf_of, open_session
from tests.console.routes import every_route
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE

OTHER_DESK = "综合台"  # of FLAGGED_ONCE alone
BODY = {
    "start_s": 1,
    "end_s": 2,
    "why": "x",
    "decision": "confirmed",
    "reason": "x",
    "note": "x",
    "version": 1,
}


@pytest.fixture
def held(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """An administrator, who has every right, held to one desk."""
    return enter(stranger, ledger, desks=[OTHER_DESK])


def enter(client: httpx.Client, ledger: Ledger, **scope: list[str]) -> httpx.Client:
    """Sign somebody in who is held to these desks or teams."""
    with ledger.transaction() as session:
        seeding.add_user(session, "zhou", UserRole.ADMINISTRATOR)
        session.flush()
        session.execute(update(UserRow).where(UserRow.name == "zhou").values(**scope))
    client.cookies.set("hotline_session", open_session(ledger, "zhou"))
    return client


def test_a_call_of_another_desk_is_not_there(held: httpx.Client) -> None:
    """Every route that names a call answers alike for one of another desk and one that nobody made."""
    token = held.cookies["hotline_session"]
    asked = [
        (method, route.path)
        for route in every_route()
        if "{call_id}" in route.path
        for method in sorted(route.methods)
    ]
    assert len(asked) > 20
    for method, path in asked:
        answers = {ask(held, method, path, call_id, token) for call_id in (FLAGGED, "nobody-made-it")}
        assert len(answers) == 1, (path, answers)
        assert answers.pop()[0] in {403, 404, 422}, path
    assert held.get(f"/calls/{FLAGGED_ONCE}").status_code == 200


def ask(client: httpx.Client, method: str, path: str, call_id: str, token: str) -> tuple[int, str]:
    """Status and text of an answer, without the call's id and what changes with each answer."""
    address = re.sub(r"\{[^}]+\}", "1", path.replace("{call_id}", call_id))
    sent: dict[str, Any] = {}
    if method != "GET":
        sent = {"json": BODY} if path.startswith("/api") else {"data": {"csrf": csrf_token(token), **BODY}}
    answer = client.request(method, address, headers={"Accept": "application/json"}, **sent)
    return answer.status_code, answer.text.replace(call_id, "CALL")


def test_a_list_shows_and_counts_and_offers_what_is_ones_own(held: httpx.Client) -> None:
    """One call, one number, one operator; neither a search nor a filter nor a cursor finds another."""
    page = held.get("/calls").text
    assert "共 1 通" in page
    for hidden in (FLAGGED, CLEAN, "8001", ">114<"):
        assert hidden not in page
    found = held.get("/api/calls").json()
    assert ([one["id"] for one in found["calls"]], found["total"], found["flagged"]) == ([FLAGGED_ONCE], 1, 1)
    for query in ({"text": "不知道"}, {"hotline": "114"}, {"operator": "8001"}, {"flag": "forbidden-words"}):
        assert held.get("/api/calls", params=query).json()["total"] == 0


def test_what_is_kept_for_staff_is_offered_to_no_outsider(monitor: httpx.Client, ledger: Ledger) -> None:
    """An outsider is held to no desk, as somebody who sees all is, and is offered nothing of theirs."""
    with ledger.transaction() as session:
        seeding.add_user(session, "sun", UserRole.SUPERVISOR)
    monitor.get("/calls?queue=all")
    with ledger.reading() as session:
        staff, outsider = (choices(session, users.named(session, name)) for name in ("li", "sun"))
    assert OTHER_DESK in staff.desks
    assert (outsider.hotlines, outsider.desks, outsider.operators) == ((), (), ())


def test_somebody_who_is_held_to_teams_sees_calls_with_an_operator_of_them(
    stranger: httpx.Client, ledger: Ledger
) -> None:
    """The team is that of the call's day."""
    with ledger.transaction() as session:
        session.execute(update(CallRow).where(CallRow.id == CLEAN).values(team="早班"))
    team_lead = enter(stranger, ledger, teams=["早班"])
    assert [one["id"] for one in team_lead.get("/api/calls").json()["calls"]] == [CLEAN]
    assert team_lead.get(f"/calls/{CLEAN}").status_code == 200
    assert team_lead.get(f"/calls/{FLAGGED_ONCE}").status_code == 404


def test_a_round_tells_of_ones_own_calls_alone(held: httpx.Client, ledger: Ledger) -> None:
    """Another desk's round is not there; of a mixed one the own calls are, and closing it is refused."""
    other = begin_round(ledger, "li", "wang", calls=[FLAGGED])
    mixed = begin_round(ledger, "li", "wang", calls=[CLEAN, FLAGGED_ONCE])
    assert held.get(f"/rounds/{other}").status_code == 404
    assert [(one["id"], one["calls"]) for one in held.get("/api/rounds").json()["rounds"]] == [(mixed, 1)]
    form = {"csrf": csrf_of(held.get("/rounds").text)}
    assert held.post(f"/rounds/{other}/close", data=form).status_code == 404
    assert held.post(f"/rounds/{mixed}/close", data=form).status_code == 403
    submit_all(ledger, "li", comment="甲")
    submit_all(ledger, "wang", dict(zip(VERDICTS, reversed(VERDICTS.values()), strict=True)))
    with ledger.transaction() as session:
        blind_rounds.close_round(session, mixed, by="chen")
    page = held.get(f"/rounds/{mixed}").text
    assert FLAGGED_ONCE in page
    assert CLEAN not in page


def test_nobody_is_given_a_blind_review_of_a_call_that_they_may_not_see(ledger: Ledger) -> None:
    """The round is refused in one sentence."""
    begin_round(ledger, "li", "wang", calls=[FLAGGED])
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "wang").values(desks=[OTHER_DESK]))
    with pytest.raises(Conflict, match="wang may not see call"):
        begin_round(ledger, "li", "wang", calls=[FLAGGED])


def test_a_task_of_a_call_beyond_the_own_desks_is_gone(held: httpx.Client, ledger: Ledger) -> None:
    """Neither listed nor counted nor to be opened or sent."""
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "zhou").values(desks=[]))
    begin_round(ledger, "zhou", "wang", calls=[FLAGGED])
    assert len(held.get("/api/rounds").json()["open"]) == 1
    task = held.get("/api/rounds").json()["open"][0]["task"]
    form = {"csrf": csrf_of(held.get(f"/rounds/tasks/{task}").text)}
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "zhou").values(desks=[OTHER_DESK]))
    assert held.get("/api/rounds").json()["open"] == []
    assert held.get(f"/rounds/tasks/{task}").status_code == 404
    assert held.post(f"/rounds/tasks/{task}", data=form).status_code == 404
    assert "正在盲评" not in held.get("/calls").text


def test_a_draw_tells_of_ones_own_calls_alone(held: httpx.Client, ledger: Ledger, settings: Settings) -> None:
    """Rows and counts are of the own desk; what the draw says of all calls is not told."""
    with ledger.transaction() as session:
        draw_id = sample_drawing.draw(session, settings)
    assert held.get(f"/samples/{draw_id}").status_code == 404
    assert "十一月抽样" not in held.get("/samples").text
    with ledger.transaction() as session:
        drawn = [one for one in samples.sampled_calls(session, draw_id) if one.part == "monitors"]
        own, other = drawn[0], drawn[1]
        session.execute(update(CallRow).where(CallRow.id == own.call_id).values(desk=OTHER_DESK))
    page = held.get(f"/samples/{draw_id}").text
    assert page.count("data-sampled=") == 1
    assert own.call_id in page
    assert "95%" not in page
    assert "可听的电话" not in page
    assert 'data-label="抽中">1<' in held.get("/samples").text
    form = {"csrf": csrf_of(page), "missed": "breach", "score": "50"}
    assert held.post(f"/samples/{draw_id}/calls/{other.id}/check", data=form).status_code == 404
    assert held.post(f"/samples/{draw_id}/calls/{own.id}/check", data=form).status_code == 303


def test_drawn_calls_are_dealt_to_whom_may_see_them(ledger: Ledger, settings: Settings) -> None:
    """A monitor who is held to another desk gets none; the others get all."""
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "li").values(desks=[OTHER_DESK]))
        draw_id = sample_drawing.draw(session, settings)
        dealt = session.query(SampledRow).filter(SampledRow.assigned_to.is_not(None)).count()
        assert dealt == 0
        assert samples.sampled_calls(session, draw_id, viewer=users.find_user(session, "li")[0]) == []


def test_live_pages_show_ones_own_desks_and_operators(stranger: httpx.Client, ledger: Ledger) -> None:
    """Of two desks one; nothing that is counted over both; an operator of the other is not there."""
    with ledger.transaction() as session:
        live.add_operators(session, "8001", "8002", "8003")
        live.add_wait(session, "w1", QueueOutcome.BRIDGED, 3, desk="enquiries")
        live.join_queue(session, "w2", "faults")
    held = enter(stranger, ledger, desks=["faults"])
    board = held.get("/api/wallboard").json()
    assert [desk["id"] for desk in board["desks"]] == ["faults"]
    assert (board["waiting"], board["operators"]["idle"]) == (1, 2)
    for whole in ("in_progress", "received_today", "surveys_asked", "lines"):
        assert board[whole] is None
    page = held.get("/wallboard").text
    assert "114查号台" not in page
    assert 'data-strip="lines"' not in page
    with held.stream("GET", "/wallboard/stream") as stream:
        told = next(line for line in stream.iter_lines() if "data-desk=" in line)
    assert "faults" in told
    assert [one["number"] for one in held.get("/api/operators").json()["operators"]] == ["8002", "8003"]
    assert "8001" not in held.get("/operators").text
    assert held.get("/operators/8001").status_code == 404
    assert held.put("/api/operators/8001/state", json={"state": "away"}).status_code == 404
    assert held.put("/api/operators/8002/state", json={"state": "away"}).status_code == 200
    assert held.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403


def test_live_pages_of_a_team_show_its_operators(stranger: httpx.Client, ledger: Ledger) -> None:
    """The desks at which they sit, and there nobody else; no link to a call of another desk."""
    with ledger.transaction() as session:
        live.add_operators(session, "8001", "8002", "8003")
        teams.note_teams(session, {"8001": "早班", "8002": "晚班"})
        session.flush()
        session.get_one(OperatorRow, "8001").call_id = FLAGGED
    held = enter(stranger, ledger, teams=["早班"])
    (operator,) = held.get("/api/operators").json()["operators"]
    assert (operator["number"], operator["call_id"]) == ("8001", None)
    board = held.get("/api/wallboard").json()
    assert [(desk["id"], desk["operators"]["idle"]) for desk in board["desks"]] == [("enquiries", 1)]
