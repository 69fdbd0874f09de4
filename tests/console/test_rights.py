"""Every route is tried as every role and as nobody, and answered as `tests.console.routes` says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from console.app import create_app
from console.navigation import LINKS
from console.rights import HOLDERS, Right
from console.tokens import csrf_token, token_sha256
from ledger import programs, users
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.programs import TokenWish
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import CaseRow
from tests.console import live, sample_drawing, seeding
from tests.console.conftest import open_session, serve
from tests.console.routes import ROLES, Line, every_route, read_table
from tests.console.seeding import CLEAN, FLAGGED


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the table is tried."""

    client: httpx.Client
    ledger: Ledger
    draw_id: int
    app: FastAPI


TABLE = read_table()
NAMES = {role: "8001" if role is UserRole.OPERATOR else role.value for role in ROLES}


@pytest.fixture(scope="module")
def place(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One console for the whole table: somebody of every role, a draw, a call that was handed out."""
    folder = tmp_path_factory.mktemp("rights") / "var"
    shutil.copytree(seeded_dir, folder)
    settings = Settings(data_dir=folder)
    ledger = Ledger(settings.ledger_url)
    with ledger.transaction() as session:
        live.add_operators(session, "8001", "8002")
        for role in ROLES:
            seeding.add_user(session, NAMES[role], role)
        found = users.named(session, UserRole.SUPERVISOR)
        session.add(CaseRow(call_id=FLAGGED, state=CaseState.OPEN, since=now(), holder_id=found.id))
        draw_id = sample_drawing.draw(session, settings)
    app = create_app(settings, ledger, seeding.SWITCHBOARD)
    with serve(app) as url, httpx.Client(base_url=url, verify=False, timeout=120) as client:
        yield Place(client=client, ledger=ledger, draw_id=draw_id, app=app)
    ledger.close()


@pytest.fixture
def client(place: Place) -> httpx.Client:
    """Nobody yet."""
    place.client.cookies.clear()
    return place.client


def ask(client: httpx.Client, line: Line, draw_id: int, name: str, token: str) -> int:
    """The status of one line's answer."""
    path = line.path.format(call=FLAGGED, other=CLEAN, draw=draw_id, self=name)
    sent: dict[str, Any] = {}
    if line.method != "GET":
        form = {"csrf": "0" * 64 if "forged" in line.notes else csrf_token(token)}
        sent = {"json": {}} if line.is_json else {"data": form}
    if "outside" in line.notes:
        sent["headers"] = {"X-Forwarded-For": "10.0.0.1"}
    if not line.path.endswith("/stream"):
        return client.request(line.method, path, **sent).status_code
    with client.stream(line.method, path, **sent) as answer:
        return answer.status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(client: httpx.Client, place: Place, role: UserRole) -> None:
    """The whole table in one sitting; what is refused is refused whatever is sent."""
    wrong = {}
    token = open_session(place.ledger, NAMES[role])
    for line in TABLE:
        client.cookies.set("hotline_session", token)
        status = ask(client, line, place.draw_id, NAMES[role], token)
        if status != line.answers[role]:
            wrong[f"{line.method} {line.path}"] = (status, line.answers[role])
    assert wrong == {}


EFFECT = {"state": "away", "reason": "会议", "paused": True, "step": "take", "text": "x", "title": "x"}


CALL = "GET /api/calls/{call}"
READ_BY: dict[Right, set[str]] = {  # what there is to be read by a right alone
    Right.PROGRAMS: set(),
    Right.APPEAL: set(),
    Right.LIST: {
        *("GET /api/calls", CALL, f"{CALL}/case", f"{CALL}/review", f"{CALL}/parts/99"),
        "GET /api/rounds",
    },
    Right.WATCH: {
        *("GET /api/wallboard", "GET /api/operators", "GET /api/left"),
        *("GET /api/operators/8002", "GET /api/operators/{self}"),
    },
}


@pytest.mark.parametrize(
    ("role", "right"),
    [
        (UserRole.OPERATOR, Right.APPEAL),
        (UserRole.ADMINISTRATOR, Right.PROGRAMS),
        (UserRole.ADMINISTRATOR, Right.LIST),
        (UserRole.ADMINISTRATOR, Right.WATCH),
    ],
)
def test_a_token_does_nothing_without_the_right(
    client: httpx.Client, place: Place, role: UserRole, right: Right
) -> None:
    """Every route for programs is refused, or finds a mistake before it asks; nothing is done."""
    token = f"hl_{role}_{right}"
    with place.ledger.transaction() as session:
        holder, until = users.named(session, NAMES[role]), now() + timedelta(days=1)
        wish = TokenWish(title="x", user_id=holder.id, rights=frozenset({right}), expires_at=until)
        programs.add_token(session, wish, sha256=token_sha256(token), by="x")
    headers = {"Authorization": f"Bearer {token}"}
    answers = {}
    for line in (line for line in TABLE if line.path.startswith("/api/")):
        path = line.path.format(call=FLAGGED, self=NAMES[role]).replace("8002", "8001")
        asked = client.request(line.method, path, json=EFFECT if line.is_json else None, headers=headers)
        answers[f"{line.method} {line.path}"] = asked.status_code
    assert answers.pop("GET /api/openapi.json") == 200
    assert {name for name, status in answers.items() if status != 403 and "GET" in name} == READ_BY[right]
    assert {status for name, status in answers.items() if "GET" not in name} <= {403, 404, 422}
    assert answers["PUT /api/operators/8002/state"] == answers["PUT /api/operators/8002/pause"] == 403


def test_a_token_opens_no_page(client: httpx.Client, place: Place) -> None:
    """Whatever its rights: pages, sounds, downloads and streams are for who has signed in."""
    with place.ledger.transaction() as session:
        holder, until = users.named(session, UserRole.ADMINISTRATOR), now() + timedelta(days=1)
        wish = TokenWish(title="x", user_id=holder.id, rights=frozenset(Right), expires_at=until)
        programs.add_token(session, wish, sha256=token_sha256("hl_all"), by="x")
    wrong = {}
    for line in (line for line in TABLE if line.method == "GET" and not line.path.startswith("/api/")):
        client.cookies.clear()
        path = line.path.format(call=FLAGGED, other=CLEAN, draw=place.draw_id, self="x")
        sent = {"Authorization": "Bearer hl_all"}
        if "outside" in line.notes:
            sent["X-Forwarded-For"] = "10.0.0.1"
        status = client.get(path, headers=sent).status_code
        if status != line.answer_to_strangers:
            wrong[path] = status
    assert wrong == {}


def test_whoever_has_not_signed_in_gets_nothing(client: httpx.Client, place: Place) -> None:
    """Sent to the sign-in, or told in JSON."""
    wrong = {}
    for line in TABLE:
        client.cookies.clear()
        status = ask(client, line, place.draw_id, "nobody", "")
        if status != line.answer_to_strangers:
            wrong[f"{line.method} {line.path}"] = (status, line.answer_to_strangers)
    assert wrong == {}


def test_every_form_needs_its_token(client: httpx.Client, place: Place) -> None:
    """Whoever has every right changes nothing with a form that came from elsewhere."""
    client.cookies.set("hotline_session", open_session(place.ledger, UserRole.ADMINISTRATOR))
    for line in TABLE:
        if line.method == "POST" and not line.is_json:
            path = line.path.format(call=FLAGGED, other=CLEAN, draw=place.draw_id, self="x")
            sent = {"csrf": "0" * 64, "state": "away", "paused": "true", "disabled": "true"}
            assert client.post(path, data=sent).status_code == 403, path


def test_no_route_is_left_out() -> None:
    """A new route needs a line in the table."""
    assert len(every_route()) > 100
    asked = {(line.method, line.path.partition("?")[0]) for line in TABLE}
    missing = [
        (method, route.path)
        for route in every_route()
        for method in route.methods
        if not any(method == used and fits(route.path, path) for used, path in asked)
    ]
    assert missing == []


def test_no_address_has_a_number_that_no_database_holds(client: httpx.Client, place: Place) -> None:
    """It is refused in a sentence, whatever row it is of."""
    client.cookies.set("hotline_session", open_session(place.ledger, UserRole.ADMINISTRATOR))
    numbered = re.compile(r"\{\w+_id\}")
    texts = {"call_id": FLAGGED}
    tried = 0
    for route in every_route():
        names = [one.name for one in route.dependant.path_params if one.field_info.annotation is int]
        if names and "GET" in route.methods:
            path = numbered.sub(lambda found: texts.get(found[0][1:-1], str(10**30)), route.path)
            assert client.get(path).status_code == 422, path
            tried += 1
    assert tried > 8


def fits(route: str, path: str) -> bool:
    """Whether a line's path is one of a route's."""
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", route), path) is not None


def test_nobody_sees_a_link_that_is_refused(client: httpx.Client, place: Place) -> None:
    """The bar has what the right opens, and no more."""
    for role in ROLES:
        client.cookies.set("hotline_session", open_session(place.ledger, NAMES[role]))
        page = client.get("/me").text
        bar = page[page.index("bar-nav") : page.index("bar-end")]
        for link in LINKS:
            path = link.path.format(name=NAMES[role])
            assert (f'href="{path}"' in bar) is (role in HOLDERS[link.right]), (role, path)
            if role in HOLDERS[link.right]:
                assert client.get(path).status_code == 200
