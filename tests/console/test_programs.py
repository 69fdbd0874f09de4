"""Programs: tokens with some of a person's rights, limits, and what they may not do."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from console.errors import TooManyRequests
from console.programs.limits import RateLimits
from ledger import audit
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import TokenRow, UserRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import FLAGGED

TOKEN = re.compile(r"hl_[\w-]{43}")


@pytest.fixture
def administrator(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """Somebody who may make tokens."""
    with ledger.transaction() as session:
        seeding.add_user(session, "root", UserRole.ADMINISTRATOR)
    stranger.cookies.set("hotline_session", open_session(ledger, "root"))
    return stranger


def make_token(client: httpx.Client, *rights: str, user: str = "li", days: str = "90") -> str:
    """A new token of somebody with these rights."""
    csrf = csrf_of(client.get("/programs").text)
    form = {"csrf": csrf, "title": "报表", "user": user, "days": days, "rights": list(rights)}
    page = client.post("/programs/tokens", data=form)
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[0]


def asking(client: httpx.Client, token: str) -> httpx.Client:
    """The same console for the program that has the token and no cookie."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(base_url=client.base_url, verify=False, headers=headers, timeout=120)


def test_a_token_does_what_it_may_and_no_more(administrator: httpx.Client, ledger: Ledger) -> None:
    """Its rights, as its person, under /api alone; the token is kept as a hash and shown once."""
    token = make_token(administrator, "list")
    assert token not in administrator.get("/programs").text
    with asking(administrator, token) as program:
        assert program.get("/api/calls").status_code == 200
        assert program.get(f"/api/calls/{FLAGGED}").status_code == 200
        assert program.get("/api/openapi.json").status_code == 200
        assert program.get("/calls").status_code == 303
        assert program.get(f"/calls/{FLAGGED}/audio").status_code == 303
        mask = {"start_s": 9.0, "end_s": 10.2, "why": "号码"}
        assert program.post(f"/api/calls/{FLAGGED}/masks", json=mask).status_code == 403
        with ledger.reading() as session:
            row = session.scalars(select(TokenRow)).one()
            assert token not in (row.sha256, row.title)
            assert row.used_at is not None
            looked = [act for act in audit.find(session, user="li") if act.action == "looked"]
        assert len(looked) == 1


def test_a_token_has_rights_that_open_something(administrator: httpx.Client, ledger: Ledger) -> None:
    """None is offered that nothing under /api asks for; the log tells as whom and with which it was made."""
    offered = re.findall(r'name="rights" value="(\w+)"', administrator.get("/programs").text)
    assert "secrets" in offered
    assert not {"figures", "audit", "users", "programs", "download", "listen"} & {*offered}
    make_token(administrator, "list", "review")
    with ledger.reading() as session:
        (row,) = [act for act in audit.find(session, user="root") if act.action == "programs_changed"]
    told = json.loads(row.details)
    assert (told["of"], told["rights"], told["title"]) == ("li", "list review", "报表")


def test_a_token_ends(administrator: httpx.Client, ledger: Ledger) -> None:
    """Revoked, expired, or its person disabled: 401, and the sentence says what to do."""
    for ending in ("revoke", "expire", "disable"):
        token = make_token(administrator, "list")
        with asking(administrator, token) as program:
            assert program.get("/api/calls").status_code == 200
            with ledger.transaction() as session:
                row = session.scalars(select(TokenRow).order_by(TokenRow.id.desc())).first()
                assert row is not None
                if ending == "expire":
                    row.expires_at = now() - timedelta(seconds=1)
                if ending == "disable":
                    session.scalars(select(UserRow).where(UserRow.name == "li")).one().disabled = True
                number = row.id
            if ending == "revoke":
                csrf = csrf_of(administrator.get("/programs").text)
                administrator.post(f"/programs/tokens/{number}/revoke", data={"csrf": csrf})
            refused = program.get("/api/calls")
            assert (refused.status_code, "/programs" in refused.json()["error"]) == (401, True), ending


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": "nobody"},
        {"rights": []},
        {"rights": ["list", "originals"]},
        {"rights": ["list", "secrets"]},
        {"rights": ["everything"]},
        {"days": "0"},
        {"days": "367"},
        {"title": " "},
    ],
)
def test_a_token_that_cannot_be(
    administrator: httpx.Client, ledger: Ledger, wrong: dict[str, object]
) -> None:
    """Nobody's, without rights, with more than the person has, without end: a sentence, nothing made.

    The form stands there as it was filled in.
    """
    csrf = csrf_of(administrator.get("/programs").text)
    form = {"csrf": csrf, "title": "报表", "user": "li", "days": "91", "rights": ["review"], **wrong}
    refused = administrator.post("/programs/tokens", data=form)
    assert refused.status_code == 422
    assert 'role="alert">没有新建。' in refused.text
    assert f'value="{form["title"]}" autofocus' in refused.text
    assert f'max="366" value="{form["days"]}"' in refused.text
    assert ('value="li" selected' in refused.text) is ("user" not in wrong)
    assert ('value="review" checked' in refused.text) is ("rights" not in wrong)
    with ledger.reading() as session:
        assert session.scalars(select(TokenRow)).all() == []


def test_who_asks_too_often_waits(administrator: httpx.Client, app: FastAPI) -> None:
    """The bucket fills steadily, each caller has one; over HTTP the answer says how long to wait."""
    moment = 0.0
    limits = RateLimits(3, clock=lambda: moment)
    for _ in range(3):
        limits.take("a")
    with pytest.raises(TooManyRequests, match="in 20 s"):
        limits.take("a")
    limits.take("b")
    moment = 20.0
    limits.take("a")
    with pytest.raises(TooManyRequests):
        limits.take("a")
    token = make_token(administrator, "list")
    app.state.console = replace(app.state.console, limits=RateLimits(2))
    with asking(administrator, token) as program:
        answers = [program.get("/api/calls") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 30
    assert administrator.get("/calls").status_code == 200


def test_whoever_asks_is_counted_and_not_where_from(administrator: httpx.Client, app: FastAPI) -> None:
    """Made-up tokens share what a stranger has; whoever is known has the own, from the same address too."""
    token = make_token(administrator, "list")
    app.state.console = replace(app.state.console, limits=RateLimits(2))
    answers = []
    for made_up in ("hl_a", "hl_b", "hl_c"):
        with asking(administrator, made_up) as program:
            answers.append(program.get("/api/calls").status_code)
    assert answers == [401, 401, 429]
    with asking(administrator, token) as program:
        assert program.get("/api/calls").status_code == 200
    assert [administrator.get("/api/calls").status_code for _ in range(3)] == [200, 200, 429]


def test_only_administrators_see_programs(stranger: httpx.Client, ledger: Ledger) -> None:
    """Nobody else opens the page, makes a webhook or sends anything again."""
    for role in UserRole:
        with ledger.transaction() as session:
            seeding.add_user(session, role, role)
        stranger.cookies.set("hotline_session", open_session(ledger, role))
        expected = 200 if role is UserRole.ADMINISTRATOR else 403
        assert stranger.get("/programs").status_code == expected, role
        assert stranger.post("/programs/webhooks", data={}).status_code == 403, role


def test_a_webhook_is_made_told_of_and_stopped(administrator: httpx.Client) -> None:
    """Its secret is shown once; an address that is none is refused."""
    csrf = csrf_of(administrator.get("/programs").text)
    for url in ("ftp://example.org/", "https://user:pass@example.org/", "here", "http://[", ""):
        form = {"csrf": csrf, "url": url, "events": ["call.flagged"]}
        refused = administrator.post("/programs/webhooks", data=form)
        assert (refused.status_code, f'value="{url}" autofocus' in refused.text) == (422, True), url
    form = {"csrf": csrf, "url": "https://example.org/hook", "events": []}
    assert administrator.post("/programs/webhooks", data=form).status_code == 422
    form = {"csrf": csrf, "url": "https://example.org/hook", "events": ["call.flagged"]}
    made = administrator.post("/programs/webhooks", data=form).text
    assert "whsec_" in made
    page = administrator.get("/programs").text
    assert "whsec_" not in page
    assert "https://example.org/hook" in page
    assert administrator.post("/programs/webhooks/1/stop", data={"csrf": csrf}).status_code == 303
    assert "已停止" in administrator.get("/programs").text
    assert administrator.post("/programs/webhooks/9/stop", data={"csrf": csrf}).status_code == 404
    assert administrator.post("/programs/deliveries/9/again", data={"csrf": csrf}).status_code == 404
