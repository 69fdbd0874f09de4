"""The way of a review over HTTP: forms and API go by the same table, and nobody sees too much."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from console.cases.schemas import PageStep
from console.marks.schemas import KEYS
from console.signin.visitors import SESSION_COOKIE
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import AuditRow, CaseRow, FindingRow, ReviewRow, ScorecardRow, UserRow
from tests.console.casing import CALM, OPERATOR, Cast
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED

CASE = f"/api/calls/{FLAGGED}/case"
OWN = f"/mine/{FLAGGED}/appeal"
As = Callable[[str], httpx.Client]


@pytest.fixture
def cast(ledger: Ledger) -> Cast:
    """People of every part."""
    return Cast(ledger)


@pytest.fixture
def as_(stranger: httpx.Client, ledger: Ledger, app: FastAPI) -> As:
    """The client signed in as somebody; no second review comes by itself."""
    console = app.state.console
    app.state.console = replace(console, switchboard=replace(console.switchboard, review=CALM))

    def sign_in(name: str) -> httpx.Client:
        stranger.cookies.set(SESSION_COOKIE, open_session(ledger, name))
        return stranger

    return sign_in


def press(client: httpx.Client, step: str, **more: Any) -> httpx.Response:
    """One step by the API, with the version that the case has now."""
    version = client.get(CASE).json().get("version", 0)
    return client.post(CASE, json={"step": step, "version": version, **more})


def test_a_review_goes_its_whole_way_by_the_api(cast: Cast, as_: As) -> None:
    """Each step by its person, from taking the call to the decision; the operator sees what falls."""
    first = as_("first")
    assert press(first, "take").json()["holder"] == "赵某"
    token = csrf_of(first.get(f"/calls/{FLAGGED}").text)
    assert press(first, "finish").status_code == 409
    for number in cast.failed():
        form = {"csrf": token, "decision": "confirmed"}
        assert first.post(f"/calls/{FLAGGED}/findings/{number}/review", data=form).status_code == 303
    assert press(first, "finish").status_code == 409
    marks = {f"mark-{key}": "4" for key in KEYS}
    assert first.post(f"/calls/{FLAGGED}/marks", data={"csrf": token, **marks}).status_code == 303
    assert press(first, "finish").json()["state"] == "reviewed"
    assert press(as_("publisher"), "publish").json()["state"] == "published"
    operator = as_(OPERATOR)
    seen = operator.get(CASE).json()
    assert seen["published"]["score"] == 70
    assert (seen["may"], seen["holder"]) == (["appeal", "waive"], None)
    assert {step["user"] for step in seen["steps"]} == {None}
    greeting = next(each["finding"] for each in seen["published"]["findings"] if each["rule"] == "greeting")
    assert press(operator, "appeal", note="我问好了", findings=[greeting]).json()["state"] == "appealed"
    assert press(operator, "appeal", note="再来", findings=[greeting]).status_code == 409
    ruling = {"finding": greeting, "upheld": True, "reason": "听到问好了"}
    assert press(as_("publisher"), "decide", note="好", rulings=[ruling]).status_code == 403
    decided = press(as_("decider"), "decide", note="已复听", rulings=[ruling]).json()
    assert (decided["state"], decided["published"]["score"], decided["may"]) == ("final", 80, [])
    assert decided["appeal"]["outcome"] == "upheld"
    told = as_(OPERATOR).get(CASE).json()["appeal"]
    assert (told["note"], told["rulings"][0]["reason"]) == ("已复听", "听到问好了")


def test_nothing_can_be_skipped_by_the_api(cast: Cast, as_: As) -> None:
    """From the beginning and from the end only what the table allows; a wish that is none is told."""
    lead = as_("publisher")
    whole = {"note": "好", "to": "second", "findings": cast.failed()}
    for step in set(PageStep) - {PageStep.TAKE, PageStep.HAND}:
        assert press(lead, step, **whole).status_code in {403, 409, 422}, step
    for wrong in ({"step": "take"}, {"step": "seconded", "version": 0}, {"step": "take", "version": "x"}):
        assert lead.post(CASE, json=wrong).status_code == 422
    assert press(lead, "hand", to="nobody").status_code == 422
    for unkept in ("\0", "\ud800"):
        body = json.dumps({"step": "hand", "version": 0, "to": unkept})
        headers = {"content-type": "application/json"}
        assert lead.post(CASE, content=body, headers=headers).status_code == 422
    assert cast.case.version == 0
    cast.bring_to(CaseState.FINAL)
    before = cast.case
    for step in PageStep:
        assert press(lead, step, **whole).status_code in {403, 409, 422}, step
    form = {"csrf": csrf_of(lead.get("/appeals").text), "decision": "confirmed"}
    assert lead.post(f"/calls/{FLAGGED}/findings/{cast.failed()[0]}/review", data=form).status_code == 409
    assert cast.case == before


def test_whoever_is_late_is_told(cast: Cast, as_: As) -> None:
    """A form of an older page is refused in words, and the case stays as the quicker one made it."""
    lead = as_("publisher")
    page = lead.get(f"/calls/{FLAGGED}").text
    assert "待复核" in page
    form = {"csrf": csrf_of(page), "version": "0", "step": "hand", "to": "first"}
    address = f"/calls/{FLAGGED}/case"
    assert lead.post(address, data=form).headers["location"] == f"/calls/{FLAGGED}#case"
    late = lead.post(address, data={**form, "to": "second"})
    assert (late.status_code, "moved call" in late.text) == (409, True)
    assert cast.case.holder_id == cast.user("first").id
    assert lead.post(address, data={**form, "csrf": "0" * 64}).status_code == 403
    assert lead.post(address, data={**form, "version": "-1"}).status_code == 422


def test_the_second_reviewer_learns_nothing_of_the_first(cast: Cast, as_: As, ledger: Ledger) -> None:
    """Neither by list, page nor API, nor who it was; the sheet goes on with the case, a lead settles."""
    cast.bring_to(CaseState.SECOND)
    second = as_("second")
    assert FLAGGED not in second.get("/calls").text
    assert "赵某" not in second.get(f"/calls/{FLAGGED}").text
    assert second.get(CASE).json()["steps"] == []
    queue = second.get("/second-reviews").text
    assert "2026-11-20 12:00:00" in queue
    assert [call["call_id"] for call in second.get("/api/second-reviews").json()["calls"]] == [FLAGGED]
    form = {"csrf": csrf_of(queue), "version": str(cast.case.version), "step": "take"}
    task = second.post(f"/calls/{FLAGGED}/case", data=form).headers["location"]
    page = second.get(task).text
    assert "赵某" not in page
    with ledger.reading() as session:
        rules = [row.rule for row in session.query(FindingRow).join(ScorecardRow).filter_by(call_id=FLAGGED)]
    sheet = {f"verdict-{rule}": "pass" for rule in rules} | {f"mark-{each}": "4" for each in "快准清亲"}
    sheet |= {"csrf": csrf_of(page), "score": "90", "verdict-forbidden-words": "fail"}
    assert second.post(task, data=sheet).status_code == 303
    seen = second.get(CASE).json()
    assert (seen["state"], [each["rule"] for each in seen["differences"]]) == ("reviewed", ["greeting"])
    publisher = as_("publisher")
    assert press(publisher, "publish").status_code == 409
    assert "两次复核有 1 处分歧" in publisher.get(f"/calls/{FLAGGED}").text
    decisions = [{"finding": each["finding"], "decision": "rejected"} for each in seen["differences"]]
    assert press(publisher, "settle", note="第二位对", decisions=decisions).json()["differences"] == []
    assert press(publisher, "publish").json()["published"]["score"] == 80


def test_only_the_own_operator_is_shown_what_is_published(cast: Cast, as_: As, ledger: Ledger) -> None:
    """Before that nothing; then page, sound and form, without names; nobody else's, and no other page."""
    cast.add("8002", UserRole.OPERATOR)
    operator = as_(OPERATOR)
    for path in (OWN, f"{OWN}/audio", CASE):
        assert operator.get(path).status_code == 404
    cast.bring_to(CaseState.PUBLISHED)
    page = operator.get(OWN).text
    assert "我不知道你问别人去" in page
    assert "有耐心" in page
    assert "赵某" not in page
    assert "孙某" not in page
    assert operator.get(f"{OWN}/audio", headers={"range": "bytes=0-3"}).content == b"fLaC"
    assert "2026-11-20 12:00:00" in operator.get("/published").text
    assert [each["call_id"] for each in operator.get("/api/published").json()["calls"]] == [FLAGGED]
    assert operator.get(f"/mine/{CLEAN}/appeal").status_code == 404
    with ledger.reading() as session:
        acts = {row.action for row in session.query(AuditRow).filter_by(user=OPERATOR, call_id=FLAGGED)}
    assert {"looked", "listened"} <= acts
    other = as_("8002")
    for path in (OWN, f"{OWN}/audio", CASE):
        assert other.get(path).status_code == 404
    assert other.get("/api/published").json() == {"calls": [], "later_parts": []}
    for name in ("first", "publisher"):
        assert {as_(name).get(path).status_code for path in (OWN, f"{OWN}/audio", "/published")} == {403}


def test_appeals_are_for_who_decides(cast: Cast, as_: As) -> None:
    """Monitors and outsiders are refused; the list has the appeal and leads to the call."""
    cast.bring_to(CaseState.APPEALED)
    for role in UserRole:
        cast.add(f"new-{role}", role)
        client = as_(f"new-{role}")
        may = role in {UserRole.ADMINISTRATOR, UserRole.QUALITY_LEAD, UserRole.TEAM_LEAD}
        page, api = client.get("/appeals"), client.get("/api/appeals")
        assert {page.status_code, api.status_code} == {200 if may else 403}, role
        if may:
            assert "我问好了" in page.text
            assert [each["text"] for each in api.json()["waiting"]] == ["我问好了"]
        if role in {UserRole.SUPERVISOR, UserRole.AUDITOR}:
            assert client.get(CASE).status_code == 403


def test_who_has_an_appeal_changes_marks_alone(cast: Cast, as_: As) -> None:
    """The page offers just that, and the API refuses the rest: it would be a decision beside the appeal's."""
    cast.bring_to(CaseState.APPEALED)
    decider = as_("decider")
    assert press(decider, "take").status_code == 200
    review = f"/calls/{FLAGGED}/findings/{cast.failed()[0]}/review"
    page = decider.get(f"/calls/{FLAGGED}").text
    assert 'id="marks-form"' in page
    assert review not in page
    api = f"/api/calls/{FLAGGED}"
    assert decider.put(f"{api}/marks", json={"marks": {"快": 5}}).status_code == 200
    assert decider.post(f"/api{review}", json={"decision": "confirmed"}).status_code == 409
    correction = {"transcript": 1, "turn": 0, "text": "您好"}
    assert decider.post(f"{api}/corrections", json=correction).status_code == 409


@pytest.mark.parametrize("look", [OWN, CASE])
def test_a_publication_is_taken_back_before_anybody_looks(
    cast: Cast, as_: As, ledger: Ledger, look: str
) -> None:
    """By who published it and within ten minutes; once the operator has looked only an appeal helps."""
    cast.bring_to(CaseState.PUBLISHED)
    assert press(as_("decider"), "withdraw").status_code == 403
    assert press(as_("publisher"), "withdraw").json()["state"] == "reviewed"
    assert as_(OPERATOR).get(OWN).status_code == 404
    cast.publish()
    with ledger.transaction() as session:
        row = session.get_one(CaseRow, FLAGGED)
        row.published_at = now() - timedelta(minutes=11)
    assert press(as_("publisher"), "withdraw").status_code == 409
    with ledger.transaction() as session:
        session.get_one(CaseRow, FLAGGED).published_at = now()
    assert as_("publisher").get(CASE).status_code == 200
    assert as_(OPERATOR).get(look).status_code == 200
    assert press(as_("publisher"), "withdraw").status_code == 409


def test_an_appeal_comes_in_time_and_says_why(cast: Cast, as_: As, ledger: Ledger) -> None:
    """With a text and findings that were published; after the limit it is too late, for a team lead too."""
    cast.bring_to(CaseState.PUBLISHED)
    operator = as_(OPERATOR)
    page = operator.get(OWN).text
    form = {"csrf": csrf_of(page), "version": str(cast.case.version), "step": "appeal", "note": "我问好了"}
    assert operator.post(OWN, data=form).status_code == 422
    chosen = {f"finding-{cast.failed()[0]}": "on"}
    assert operator.post(OWN, data={**form, **chosen, "note": " "}).status_code == 422
    assert operator.post(OWN, data={**form, "finding-999": "on"}).status_code == 409
    with ledger.transaction() as session:
        session.get_one(CaseRow, FLAGGED).appeal_until = now() - timedelta(seconds=1)
    assert operator.post(OWN, data={**form, **chosen}).status_code == 409
    cast.add("lead", UserRole.TEAM_LEAD)
    assert press(as_("lead"), "appeal", note="替班组申诉", findings=cast.failed()).status_code == 409
    assert cast.case.state is CaseState.PUBLISHED
    with ledger.transaction() as session:
        session.get_one(CaseRow, FLAGGED).appeal_until = now() + timedelta(days=1)
    assert (
        press(as_("lead"), "appeal", note="替班组申诉", findings=cast.failed()).json()["state"] == "appealed"
    )
    assert as_(OPERATOR).get(CASE).json()["appeal"]["user"] is None


def test_deciding_on_a_finding_takes_the_call(cast: Cast, as_: As, ledger: Ledger) -> None:
    """Whoever decides first has it, and a colleague is told."""
    number = cast.failed()[0]
    address = f"/calls/{FLAGGED}/findings/{number}/review"
    for name, status, said in (
        ("first", 303, "rejected"),
        ("second", 409, "confirmed"),
        ("first", 303, "confirmed"),
    ):
        client = as_(name)
        token = csrf_of(client.get(f"/calls/{FLAGGED}").text)
        form = {"csrf": token, "decision": said, "reason": "misheard"}
        assert client.post(address, data=form).status_code == status
    assert cast.case.holder_id == cast.user("first").id
    with ledger.reading() as session:
        assert session.query(ReviewRow).count() == 2
    first = as_("first")
    for step in ("take", "give_back"):  # the page was loaded before the decision
        assert first.post(CASE, json={"step": step, "version": 0}).status_code == 200
    assert cast.case.holder_id is None


def test_calls_of_other_desks_have_no_case(cast: Cast, as_: As, ledger: Ledger) -> None:
    """A monitor of another desk finds nothing, whatever is asked."""
    cast.add("away", UserRole.MONITOR)
    with ledger.transaction() as session:
        session.query(UserRow).filter_by(name="away").one().desks = ["nowhere"]
    away = as_("away")
    assert away.get(CASE).status_code == 404
    assert away.post(CASE, json={"step": "take", "version": 0}).status_code == 404
    lead = as_("publisher")
    assert press(lead, "hand", to="away").status_code == 409
    assert '"away"' not in lead.get(f"/calls/{FLAGGED}").text
