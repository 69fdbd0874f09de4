"""Call-backs on the pages: made of numbers, started, with figures; who is not called; the panel."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from console.tokens import csrf_token
from desks.campaigns import attempts, bars, people, registry
from desks.campaigns.attempts import Attempt
from desks.campaigns.hours import CallingHours
from desks.campaigns.sayings import SAID
from desks.campaigns.states import CampaignState, Mode
from ledger import audit, calls
from ledger.audit_actions import AuditAction
from ledger.clock import new_call_id, now
from ledger.database import Ledger
from ledger.records import Ending
from ledger.settings import Settings
from ledger.states import Reason, Result, UserRole
from tests.console import seeding
from tests.console.conftest import open_session
from tests.console.seeding import ENQUIRIES

NUMBERS = "号码,工单\n13800000001,20261130-0001\n13800000002\nabc\n13800000002\n03956661234\n"
FORM = {
    "name": "十一月障碍回访",
    "kind": "repair",
    "mode": "machine",
    "desk": ENQUIRIES.id,
    "days": ["1", "7"],
}


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """A console whose plan has a way out and all prompts but those of complaints; somebody of each role."""
    with ledger.transaction() as session:
        for name, role in (
            ("diao", UserRole.DISPATCHER),
            ("lead", UserRole.TEAM_LEAD),
            ("8001", UserRole.OPERATOR),
            ("8002", UserRole.OPERATOR),
        ):
            seeding.add_user(session, name, role)
    prompts = {"outbound-repair", "ask-repair-done", "ask-repair-in-time", "ask-satisfied"}
    prompts |= {prompt for said in SAID.values() for prompt in said}
    board = replace(
        seeding.SWITCHBOARD, calls_out=True, prompts=frozenset(prompts), outbound_desk=ENQUIRIES.id
    )
    return create_app(settings, ledger, board)


def become(client: httpx.Client, ledger: Ledger, name: str) -> str:
    """Sign in as somebody; returns the forms' token."""
    secret = open_session(ledger, name)
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, secret)
    return csrf_token(secret)


def call(ledger: Ledger, reason: Reason, keys: str = "", operator: str | None = None) -> Attempt:
    """What a line makes of the next person."""
    with ledger.transaction() as session:
        found = attempts.claim(
            session,
            call_id=new_call_id(),
            line="line-1:1:1",
            shown="10050",
            reserve=lambda *_: operator,
        )
        assert found
        for question, key in zip(found.campaign.questions, keys, strict=False):
            attempts.note_answer(session, found.call_id, question.id, key)
        ending = Ending(result=Result.SERVED, reason=reason)
        calls.mark_ended(
            session, found.call_id, ending=ending, ended_at=now(), desk=ENQUIRIES.id, operator=operator
        )
        attempts.finish(session, found.call_id, reason, talked=operator is not None)
    return found


def open_all_hours(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run at any time of day."""
    monkeypatch.setattr(CallingHours, "allow", lambda *_: True)


def test_a_campaign_from_numbers_to_figures(
    stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad lines are told, the rest is called once it is started, and page, API and ledger tell the same."""
    open_all_hours(ledger, monkeypatch)
    csrf = become(stranger, ledger, "diao")
    files = {"file": ("numbers.csv", NUMBERS.encode("gb18030"), "text/csv")}
    made = stranger.post("/campaigns", data={**FORM, "csrf": csrf}, files=files)
    assert made.status_code == 303  # what is loaded again makes no second campaign
    for _time in range(2):
        page = stranger.get(made.headers["location"]).text
        assert [f"第 {line} 行" in page for line in (4, 5)] == [True, True]
    assert "没有加入" not in stranger.get("/campaigns/1?filled=forgotten").text
    moved = {"csrf": csrf, "state": "running", "version": "1"}
    assert stranger.post("/campaigns/1/state", data=moved).status_code == 303
    again = stranger.post("/campaigns/1/state", data=moved)
    assert (again.status_code, "已被他人更改" in again.text, 'id="people"' in again.text) == (409, True, True)
    seen = [call(ledger, Reason.QUESTIONS_ENDED, "111"), call(ledger, Reason.CALLER_HUNG_UP, "12")]
    call(ledger, Reason.BUSY)
    document = stranger.get("/api/campaigns/1").json()
    figures = document["figures"]
    assert (figures["people"], figures["reached"], figures["in_time"], figures["attempts"]) == (3, 2, 2, 3)
    assert figures["reasons"] == {"completed": 1, "partial": 1, "busy": 1}
    assert document["answers"]["repair-in-time"] == {"1": 1, "2": 1}
    assert {one["number"]: one["ticket"] for one in document["people"]}["13800000001"] == "20261130-0001"
    page = stranger.get("/campaigns/1").text
    assert '<dd id="reached">2 <span class="faint small">67%</span></dd>' in page
    assert 'data-outcome="busy"' in page
    assert all(attempt.call_id not in page for attempt in seen)  # a dispatcher hears no calls
    become(stranger, ledger, "lead")
    assert all(f"/calls/{attempt.call_id}" in stranger.get("/campaigns/1").text for attempt in seen)
    assert "十一月障碍回访" in stranger.get("/campaigns").text
    listed = stranger.get("/api/calls", params={"origin": "outbound", "queue": "all"}).json()
    assert len(listed["calls"]) == 3
    with ledger.reading() as session:
        acts = [row.details for row in audit.find(session, user="diao")]
    assert sum("running" in details or "added 3" in details or "made" in details for details in acts) == 3


def test_the_results_are_chosen_and_taken_away(
    stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's choice is the file's: a row a person, a column a question; that it went out is logged."""
    open_all_hours(ledger, monkeypatch)
    csrf = become(stranger, ledger, "diao")
    numbers = "13800000001,,,=1+1,英语\n13800000002\n13800000003"
    stranger.post("/campaigns", data={**FORM, "csrf": csrf, "numbers": numbers})
    stranger.post("/campaigns/1/state", data={"csrf": csrf, "state": "running", "version": "1"})
    for reason, keys in ((Reason.QUESTIONS_ENDED, "113"), (Reason.BUSY, "")):
        call(ledger, reason, keys)
    told = stranger.get("/api/campaigns/1", params={"result": "dissatisfied"}).json()
    assert [one["number"] for one in told["people"]] == ["13800000001"]
    assert (told["standing"]["why"], told["progress"]["open"]) == ("no_lines", 2)
    assert "现在没有拨：没有线路在运行" in stranger.get("/campaigns/1", headers={"HX-Request": "true"}).text
    page = stranger.get("/campaigns/1", params={"result": "busy", "number": "0002"}).text
    assert re.findall(r'<tr data-number="(.*?)"', page) == ["13800000002"]
    assert stranger.get("/campaigns/1", params={"result": "nothing"}).status_code == 422
    file = stranger.get("/campaigns/1/export.csv", params={"result": "completed"})
    head, row = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    person = dict(zip(head, row, strict=True))
    assert (person["号码"], person["备注"], person["语言"]) == ("13800000001", "'=1+1", "英语")
    assert (person["障碍是否已经修好"], person["满意"]) == ("已经修好", "否")
    book = load_workbook(io.BytesIO(stranger.get("/campaigns/1/export.xlsx").content))
    assert [sheet.max_row for sheet in book] == [4, 26, 8]
    with ledger.reading() as session:
        acts = [
            row.details for row in audit.find(session, user="diao") if row.action == AuditAction.DOWNLOADED
        ]
    assert len(acts) == 2


def test_two_leads_change_a_campaign(stranger: httpx.Client, ledger: Ledger) -> None:
    """The second is told, keeps what was typed and sees what the first changed; then the change is saved."""
    csrf = become(stranger, ledger, "diao")
    stranger.post("/campaigns", data={**FORM, "csrf": csrf, "numbers": "13800000001"})
    form = stranger.get("/campaigns/1/change").text
    assert re.findall(r'name="days" value="(.)" checked', form) == ["1", "7"]
    sent = {**FORM, "csrf": csrf, "version": "1", "opens": "08:30", "closes": "21:00", "limit_h": "72"}
    assert stranger.post("/campaigns/1/change", data=sent).status_code == 303
    late = {**sent, "name": "第二个人的名字", "limit_h": "48", "takes_tickets": "yes"}
    refused = stranger.post("/campaigns/1/change", data=late)
    assert refused.status_code == 409
    assert "有人刚刚改了这个任务" in refused.text
    assert 'value="第二个人的名字"' in refused.text
    assert "<del>24</del> → <ins>72</ins>" in refused.text
    assert 'name="version" value="2"' in refused.text
    assert stranger.post("/campaigns/1/change", data={**late, "version": "2"}).status_code == 303
    api = stranger.put(
        "/api/campaigns/1", json={"version": 3, "most_attempts": 5, "pauses_min": {"busy": 15}}
    )
    assert api.json() == {"version": 4}
    told = stranger.get("/api/campaigns/1").json()
    assert (told["name"], told["limit_h"], told["most_attempts"]) == ("第二个人的名字", 48, 5)
    assert (told["pauses_min"]["busy"], told["pauses_min"]["no_answer"]) == (15, 120)
    assert (told["hours"]["opens"], told["hours"]["days"], told["takes_tickets"]) == ("08:30", [1, 7], True)
    with ledger.reading() as session:
        acts = [row.details for row in audit.find(session, user="diao")]
    assert any("72 → 48" in details and "changed" in details for details in acts)


def test_what_was_typed_stays_where_it_is_refused(stranger: httpx.Client, ledger: Ledger) -> None:
    """The days that were chosen, and numbers pasted beside a file that is no text."""
    csrf = become(stranger, ledger, "diao")
    order = {**FORM, "csrf": csrf, "days": ["1", "3"], "most_attempts": "11"}
    refused = stranger.post("/campaigns", data=order)
    assert refused.status_code == 422
    assert re.findall(r'name="days" value="(.)" checked', refused.text) == ["1", "3"]
    assert stranger.post("/campaigns", data={**FORM, "csrf": csrf}).status_code == 303
    pasted = {"csrf": csrf, "numbers": "13800000007"}
    refused = stranger.post("/campaigns/1/people", data=pasted, files={"file": ("numbers.csv", b"\xff\xff")})
    assert refused.status_code == 422
    assert "13800000007</textarea>" in refused.text
    assert "GB18030" in refused.text


@pytest.mark.parametrize(
    ("order", "status", "says"),
    [
        ({"kind": "complaint"}, 422, "ask-complaint-answered"),
        ({"most_attempts": 11}, 422, "most_attempts"),
        ({"opens": "20:00", "closes": "09:00"}, 422, "let it end later"),
        ({"opens": "09:00+08:00"}, 422, "without a zone"),
        ({"desk": "115"}, 422, "no desk '115'"),
        ({"greeting": "a\0"}, 422, "greeting"),
        ({"limit_h": 121}, 422, "limit_h"),
    ],
)
def test_what_cannot_be_called_is_refused_in_a_sentence(
    stranger: httpx.Client, ledger: Ledger, order: dict[str, object], status: int, says: str
) -> None:
    """At making or, where prompts are missing, at starting: nobody is called who would hear nothing."""
    become(stranger, ledger, "diao")
    answer = stranger.post(
        "/api/campaigns", json={"name": "x", "kind": "repair", "desk": ENQUIRIES.id, **order}
    )
    if answer.status_code == 200:
        made = answer.json()["id"]
        answer = stranger.post(f"/api/campaigns/{made}/state", json={"state": "running"})
    assert answer.status_code == status
    assert says in answer.text


def test_a_language_without_prompts_is_told_at_the_start(stranger: httpx.Client, ledger: Ledger) -> None:
    """By page and API in one sentence, with what is missing; in the plan's own language nothing is."""
    csrf = become(stranger, ledger, "diao")
    numbers = "13800000001,,,,英语\n13800000002,,,,普通话\n13800000003"
    stranger.post("/campaigns", data={**FORM, "csrf": csrf, "numbers": numbers})
    started = stranger.post("/api/campaigns/1/state", json={"state": "running"}).json()
    (note,) = started["notes"]
    assert "1 people speak en" in note
    assert "outbound-repair" in note
    page = stranger.get("/campaigns/1").text
    assert page.count("data-language=") == 1
    assert "有 1 位用户说英语，但这种语言的提示音不全，他们会听到普通话。" in page


def test_who_is_on_the_list_is_not_called(stranger: httpx.Client, ledger: Ledger) -> None:
    """Put there by a form, told when numbers are added, and taken off again; the audit log has both."""
    csrf = become(stranger, ledger, "diao")
    number = {"csrf": csrf, "number": "138 0000 0001", "why": "来信要求"}
    assert stranger.post("/campaigns/do-not-call", data=number).status_code == 303
    assert stranger.post("/campaigns/do-not-call", data={**number, "number": "abc"}).status_code == 422
    long_ago = {"number": "13800000001", "why": "x", "until": "0001-01-01T00:00:00"}
    assert stranger.post("/api/campaigns/do-not-call", json=long_ago).status_code == 422
    assert "13800000001" in stranger.get("/campaigns/do-not-call").text
    made = stranger.post("/campaigns", data={**FORM, "csrf": csrf, "numbers": NUMBERS})
    assert "在免打扰名单中" in stranger.get(made.headers["location"]).text
    gone = {"csrf": csrf, "number": "13800000001"}
    assert [stranger.post("/campaigns/do-not-call/remove", data=gone).status_code for _ in range(2)] == [
        303,
        404,
    ]
    with ledger.reading() as session:
        acts = [row.action for row in audit.find(session, user="diao")]
    assert {AuditAction.BARRED, AuditAction.UNBARRED} <= set(acts)


def test_a_long_list_of_those_not_called_has_pages_and_is_searched(
    stranger: httpx.Client, ledger: Ledger
) -> None:
    """250 numbers are on three pages, each on one of them; a part of a number finds it, letters find none."""
    become(stranger, ledger, "diao")
    numbers = {f"138000{each:05}" for each in range(250)}
    with ledger.transaction() as session:
        for each in numbers:
            bars.bar(session, each, why="来信要求")
    shown = [
        re.findall(r'data-number="(\d+)"', stranger.get(f"/campaigns/do-not-call?from={first}").text)
        for first in (0, 100, 200, 300)
    ]
    assert [len(page) for page in shown] == [100, 100, 50, 0]
    assert set().union(*shown) == numbers
    assert "?number=&amp;from=100" in stranger.get("/campaigns/do-not-call").text
    for path in ("/campaigns/do-not-call", "/api/campaigns/do-not-call"):
        found = stranger.get(path, params={"number": "0-00249"}).text
        assert set(re.findall(r"138\d{8}", found)) == {"13800000249"}
        assert "138000" not in stranger.get(path, params={"number": "没有"}).text


def test_the_panel_is_the_operators_who_holds_the_call(
    stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another operator finds nothing there; what is noted is in the figures, and in the audit log."""
    open_all_hours(ledger, monkeypatch)
    csrf = become(stranger, ledger, "diao")
    stranger.post(
        "/campaigns", data={**FORM, "mode": "progressive", "csrf": csrf, "numbers": "13800000009,,,,粤语"}
    )
    stranger.post("/campaigns/1/state", data={"csrf": csrf, "state": "running", "version": "1"})
    held = call(ledger, Reason.OPERATOR_HUNG_UP, operator="8001")
    become(stranger, ledger, "8002")
    assert stranger.get("/campaigns/panel", params={"call": held.call_id}).status_code == 404
    csrf = become(stranger, ledger, "8001")
    panel = stranger.get("/campaigns/panel", params={"call": held.call_id}).text
    assert "13800000009" in panel
    assert "粤语" in panel
    assert panel.count("<fieldset") == 3
    noted = {"csrf": csrf, "answer-repair-done": "1", "answer-satisfied": "1", "remark": "很好", "bar": "yes"}
    kept = stranger.post(f"/campaigns/calls/{held.call_id}/answers", data=noted)
    assert "已登记" in kept.text
    with ledger.reading() as session:
        (person,) = people.list_people(session, 1)
        assert registry.get(session, 1).mode is Mode.PROGRESSIVE
        assert registry.get(session, 1).state is CampaignState.RUNNING
        noted_acts = {row.action for row in audit.find(session, user="8001")}
        assert {AuditAction.CALL_BACK_NOTED, AuditAction.BARRED} <= noted_acts
        assert [one.added_by for one in bars.list_bars(session)] == ["8001"]  # not by key
    assert (person.answers, person.satisfied) == ({"repair-done": "1", "satisfied": "1"}, True)
