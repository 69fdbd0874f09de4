"""Blind reviews on the pages: one's own work, the form, and what a closed round gives its lead."""

from __future__ import annotations

import re
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.rounds import wording
from ledger import audit, users
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.scopes import BY_DESK_AND_TEAM
from ledger.states import RoundKind, UserRole, Verdict
from ledger.tables import BlindReviewRow
from qa_scoring.agreement import Method, Why
from qa_scoring.agreement.scales import Reliance, Strength
from tests.console.blinding import RULES, VERDICTS, begin_round, person, submit_all, tasks_of
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE, PASSWORD_HASH, SCRIPT

FILLED = {
    **{f"verdict-{rule}": verdict for rule, verdict in VERDICTS.items()},
    "mark-快": "3",
    "mark-准": "4",
    "mark-清": "4",
    "mark-亲": "2",
    "score": "72.5",
    "comment": " 口气生硬 ",
}


def sign_in(client: httpx.Client, ledger: Ledger, name: str, role: UserRole) -> httpx.Client:
    """Go on as somebody else."""
    person(ledger, name, role)
    client.cookies.set("hotline_session", open_session(ledger, name))
    return client


def send(client: httpx.Client, task: int, **changed: str) -> httpx.Response:
    """Send a blind review's form as the page would."""
    form = {"csrf": csrf_of(client.get("/rounds").text), **FILLED, **changed}
    return client.post(f"/rounds/tasks/{task}", data=form)


def rows(ledger: Ledger) -> list[BlindReviewRow]:
    """All that was ever submitted."""
    with ledger.reading() as session:
        return list(session.scalars(select(BlindReviewRow).order_by(BlindReviewRow.id)))


def test_a_blind_review_is_submitted_and_the_next_comes(monitor: httpx.Client, ledger: Ledger) -> None:
    """The list has the work; the form asks each rule and standard; what is sent is kept, and audited."""
    begin_round(ledger, "li", "wang", calls=(FLAGGED, CLEAN))
    first, second = tasks_of(ledger, "li")
    listed = monitor.get("/rounds").text
    assert re.findall(r"/rounds/tasks/(\d+)", listed) == [str(first), str(second)]
    assert "各轮" not in listed
    page = monitor.get(f"/rounds/tasks/{first}").text
    assert page.count('name="verdict-') == len(RULES) * 4
    assert page.count('name="mark-') == 4 * 6
    assert f'data-audio="/calls/{FLAGGED}/audio"' in page
    assert send(monitor, first).headers["location"] == f"/rounds/tasks/{second}"
    (row,) = rows(ledger)
    assert (row.verdicts, row.score, row.comment) == (VERDICTS, 72.5, "口气生硬")
    assert row.marks == {"快": 3, "准": 4, "清": 4, "亲": 2}
    assert row.machine
    assert row.machine["verdicts"]["forbidden-words"] == "fail"
    with ledger.reading() as session:
        done = [entry.action for entry in audit.find(session, call_id=FLAGGED, user="li")]
    assert done == [AuditAction.LOOKED, AuditAction.REVIEWED]
    assert send(monitor, second).headers["location"] == "/rounds"


def test_a_submitted_review_may_be_changed_while_it_is_blind(monitor: httpx.Client, ledger: Ledger) -> None:
    """The form has what was sent; the second version is a row of its own; with all in, nothing is taken."""
    begin_round(ledger, "li", "wang")
    (task,) = tasks_of(ledger, "li")
    send(monitor, task)
    assert "已提交、还可以修改的 1 通" in monitor.get("/rounds").text
    assert 'value="72.5"' in monitor.get(f"/rounds/tasks/{task}").text
    assert send(monitor, task, score="60").status_code == 303
    assert [row.score for row in rows(ledger)] == [72.5, 60]
    submit_all(ledger, "wang")
    late = send(monitor, task, score="50")
    assert (late.status_code, "这份盲评已经算数" in late.text) == (409, True)
    assert len(rows(ledger)) == 3
    assert monitor.get(f"/rounds/tasks/{task}").headers["location"] == f"/calls/{FLAGGED}"


WRONG: tuple[dict[str, str], ...] = (
    {"verdict-greeting": ""},
    {"verdict-closing": "perhaps"},
    {"mark-亲": "6"},
    {"mark-快": "²"},
    {"score": "101"},
    {"score": "nan"},
    {"comment": "长" * 2001},
)


def test_a_form_filled_in_wrongly_is_refused(monitor: httpx.Client, ledger: Ledger) -> None:
    """With the field that is wrong; nothing is kept."""
    begin_round(ledger, "li", "wang")
    (task,) = tasks_of(ledger, "li")
    for wrong in WRONG:
        assert send(monitor, task, **wrong).status_code == 422, wrong
    assert rows(ledger) == []


def test_anothers_review_is_not_found_and_forms_need_their_token(
    monitor: httpx.Client, ledger: Ledger
) -> None:
    """Neither to see nor to send; and no foreign page can send one's own."""
    begin_round(ledger, "li", "wang")
    (own,), (wangs,) = tasks_of(ledger, "li"), tasks_of(ledger, "wang")
    assert monitor.get(f"/rounds/tasks/{wangs}").status_code == 404
    assert send(monitor, wangs).status_code == 404
    assert monitor.post(f"/rounds/tasks/{own}", data=FILLED).status_code == 403
    assert rows(ledger) == []


def test_rounds_are_for_leads(stranger: httpx.Client, ledger: Ledger) -> None:
    """Monitors have their own work only, operators and strangers nothing; others see and close rounds."""
    for number, role in enumerate((None, *UserRole), start=1):
        begin_round(ledger, "li", "wang")
        if role is not None:
            sign_in(stranger, ledger, role, role)
        is_staff = role in BY_DESK_AND_TEAM
        is_lead = is_staff and role is not UserRole.MONITOR
        refused = 403 if role else 303
        assert stranger.get("/rounds").status_code == (200 if is_staff else refused)
        assert stranger.get(f"/rounds/{number}").status_code == (200 if is_lead else refused)
        assert stranger.get("/api/rounds").status_code == (200 if is_staff else 403 if role else 401)
        if is_staff:
            assert ("各轮" in stranger.get("/rounds").text) is is_lead
            assert bool(stranger.get("/api/rounds").json()["rounds"]) is is_lead
        form = {"csrf": csrf_of(stranger.get("/rounds").text)} if is_staff else {}
        closed = stranger.post(f"/rounds/{number}/close", data=form)
        assert closed.status_code == (303 if is_lead else refused)
        if is_lead:
            assert stranger.post(f"/rounds/{number}/close", data=form).status_code == 409


def test_nothing_of_a_round_is_told_before_it_is_closed(stranger: httpx.Client, ledger: Ledger) -> None:
    """A lead sees who is how far, never what was said; the API refuses."""
    begin_round(ledger, "li", "wang", calls=(FLAGGED, CLEAN))
    submit_all(ledger, "li")
    lead = sign_in(stranger, ledger, "chen", UserRole.TEAM_LEAD)
    page = lead.get("/rounds/1").text
    told = re.sub(r"<[^>]+>|\s+", "", page)
    assert (told.count("李质监2/2"), told.count("王质监0/2")) == (1, 1)
    assert "的意见" not in page
    assert "有分歧" not in page
    assert lead.get("/api/rounds/1").status_code == 403


def closed_round(client: httpx.Client, ledger: Ledger, **more: Any) -> httpx.Client:
    """Li and Wang differ on one rule of one call of two; a lead has closed the round."""
    with ledger.transaction() as session:
        for name, shown in (("li", "李质监"), ("wang", "王质监")):
            person_row(session, name, shown)
    begin_round(ledger, "li", "wang", calls=(FLAGGED, FLAGGED_ONCE), **more)
    submit_all(ledger, "li", comment=SCRIPT)
    submit_all(ledger, "wang", {**VERDICTS, "closing": Verdict.FAIL}, score=60)
    lead = sign_in(client, ledger, "chen", UserRole.TEAM_LEAD)
    lead.post("/rounds/1/close", data={"csrf": csrf_of(lead.get("/rounds/1").text)})
    return lead


def person_row(session: Session, name: str, shown: str) -> None:
    """Somebody with a name of one's own."""
    users.save_user(
        session, name=name, display_name=shown, role=UserRole.MONITOR, password_hash=PASSWORD_HASH
    )


def test_a_closed_round_shows_agreement_and_each_dispute(stranger: httpx.Client, ledger: Ledger) -> None:
    """A table by rule, the machine's beside it, and the differing calls with both comments, as text."""
    lead = closed_round(stranger, ledger)
    page = lead.get("/rounds/1").text
    for part in (
        "质监员之间",
        "质监员与机器",
        "有分歧的 2 通",
        "&lt;script&gt;",
        "wang的意见",
        "Landis &amp; Koch 1977",
        '<span lang="zh-CN">王质监</span>',
    ):
        assert part in page
    assert SCRIPT not in page
    assert page.count("<h3><a") == 2
    told = lead.get("/api/rounds/1").json()["agreement"]
    by_rule = {row["rule"]: row for row in told["between"]}
    assert by_rule["greeting"]["agreement"]["value"] == 1
    assert by_rule["greeting"]["kappa"]["why"] == Why.ONE_CATEGORY
    assert by_rule["closing"]["agreement"]["value"] == 0
    machine = {row["rule"]: row for row in told["machine"]}
    assert machine["forbidden-words"]["agreement"]["n"] == 1  # the other call's scorecard has no such rule
    assert told["scales"][-1]["difference"] == 20
    people = {row["rater"]: row for row in told["people"]}
    assert people["wang"]["score_difference"] == -20


def test_a_lead_who_judges_elsewhere_does_not_see_it_here(stranger: httpx.Client, ledger: Ledger) -> None:
    """A call that the lead still judges blind in another round is left out, and the page says so."""
    lead = closed_round(stranger, ledger)
    begin_round(ledger, "chen", "li", calls=(FLAGGED,))
    page = lead.get("/rounds/1").text
    assert "您还在另一轮盲评其中 1 通" in page
    assert FLAGGED not in page
    assert lead.get("/api/rounds/1").json()["agreement"]["units"] == 1


def test_calibration_has_the_expert_beside_and_the_index(stranger: httpx.Client, ledger: Ledger) -> None:
    """The expert is told apart; whoever scored a repeated call the same has an index without bound."""
    lead = closed_round(stranger, ledger, kind=RoundKind.CALIBRATION, expert="wang", repeats=(FLAGGED,))
    people = {row["rater"]: row for row in lead.get("/api/rounds/1").json()["agreement"]["people"]}
    assert people["wang"]["is_reference"]
    assert people["li"]["with_reference"]["n"] == 2
    assert people["li"]["retest"]["value"] == 1
    assert people["li"]["cws"]["why"] == Why.NO_INCONSISTENCY
    assert '<span class="chip">专家</span>' in lead.get("/rounds/1").text


def test_every_word_of_agreement_has_a_name() -> None:
    """None reaches the pages without one."""
    tables = ((Why, wording.WHYS), (Method, wording.METHODS), (Strength, wording.STRENGTHS))
    assert all(set(members) == set(table) for members, table in tables)
    assert set(Reliance) == set(wording.RELIANCES)
    assert set(RoundKind) == set(wording.KINDS)
