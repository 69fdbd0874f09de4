"""Users: adding, changing, disabling, passwords for once, sign-ins that end."""

from __future__ import annotations

import json
import re
from html import escape

import httpx
import pytest
from sqlalchemy import select

from console.signin.visitors import SESSION_COOKIE
from ledger import audit, teams, users
from ledger.database import Ledger
from ledger.records import User
from ledger.states import UserRole
from ledger.tables import SessionRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session, sign_in

WANG = {"name": "wang", "display_name": "王质监", "role": "monitor", "desks": ["faults"], "teams": ["早班"]}


@pytest.fixture
def chief(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """The administrator chen."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.ADMINISTRATOR)
        teams.note_teams(session, {"8001": "早班"})
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "chen"))
    return stranger


def user(ledger: Ledger, name: str) -> User:
    """Somebody as the ledger has them."""
    with ledger.reading() as session:
        return users.named(session, name)


def post(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """A form with the page's token."""
    return client.post(path, data={"csrf": csrf_of(client.get("/people").text), **fields})


def test_somebody_new_chooses_a_password_first(chief: httpx.Client, ledger: Ledger) -> None:
    """The one-time password is shown once, opens the form for a new one, and nothing else."""
    added = post(chief, "/people", **WANG)
    found = re.search(r'id="once">([\w-]{16})<', added.text)
    assert found
    assert added.headers["cache-control"] == "no-store"
    assert user(ledger, "wang").desks == {"faults"}
    assert user(ledger, "wang").teams == {"早班"}
    chief.cookies.clear()
    assert sign_in(chief, name="wang", password=found[1]).status_code == 303
    for path in ("/calls", "/samples", "/"):
        assert chief.get(path).headers["location"] == "/me/password"
    assert chief.get("/api/calls").status_code == 403
    form = {"former": found[1], "password": "王质监自己的长密码词", "again": "王质监自己的长密码词"}
    form["csrf"] = csrf_of(chief.get("/me/password").text)
    assert chief.post("/me/password", data=form).headers["location"] == "/calls"
    assert chief.get("/calls").status_code == 200


def test_a_change_ends_sign_ins_and_is_told(chief: httpx.Client, ledger: Ledger) -> None:
    """Role and scope, a reset password, disabling, ending: each is a row of the log, with of whom."""
    li = user(ledger, "li").id
    for path, fields in (
        (f"/people/{li}", {"display_name": "李", "role": "team_lead", "teams": ["早班"]}),
        (f"/people/{li}/password", {}),
        (f"/people/{li}/disabled", {"disabled": "true"}),
        (f"/people/{li}/disabled", {"disabled": "false"}),
        (f"/people/{li}/sessions/end", {}),
    ):
        open_session(ledger)
        assert post(chief, path, **fields).status_code in {200, 303}
        with ledger.reading() as session:
            assert session.scalars(select(SessionRow).where(SessionRow.user_id == li)).all() == []
    changed = user(ledger, "li")
    assert (changed.role, changed.teams, changed.desks) == (UserRole.TEAM_LEAD, {"早班"}, set())
    assert changed.must_change
    token = open_session(ledger)
    handle = re.search(rf"/people/{li}/sessions/([0-9a-f]{{16}})/end", chief.get(f"/people/{li}").text)
    assert handle
    assert post(chief, f"/people/{li}/sessions/{handle[1]}/end").status_code == 303
    chief.cookies.set(SESSION_COOKIE, token)
    assert chief.get("/calls").status_code == 303
    with ledger.reading() as session:
        told = [(row.action, json.loads(row.details)["of"]) for row in audit.find(session, user="chen")]
    actions = ["user_changed", "password_set", "user_disabled", "user_enabled", "sessions_ended"]
    assert told == [(action, "li") for action in [*actions, "sessions_ended"]]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "li"}, 409),
        ({"name": "a b"}, 422),
        ({"name": "<b>"}, 422),
        ({"name": "x" * 65}, 422),
        ({"display_name": " "}, 422),
        ({"role": "emperor"}, 422),
        ({"desks": ["nowhere"]}, 422),
        ({"teams": ["nobody"]}, 422),
    ],
)
def test_a_wrong_field_is_refused(
    chief: httpx.Client, ledger: Ledger, change: dict[str, object], status: int
) -> None:
    """Nobody is added, and the form stands there as it was filled in, with the reason."""
    refused = post(chief, "/people", **{**WANG, "role": "auditor", **change})
    assert refused.status_code == status
    assert 'role="alert">没有新增。' in refused.text
    kept = {**WANG, **change}
    assert f'name="name" maxlength="64" required value="{escape(str(kept["name"]))}"' in refused.text
    assert f'value="{kept["display_name"]}"' in refused.text
    assert ('value="auditor" selected' in refused.text) is ("role" not in change)
    assert ('value="faults" checked' in refused.text) is ("desks" not in change)
    assert ('value="早班" checked' in refused.text) is ("teams" not in change)
    with ledger.reading() as session:
        assert users.count_users(session) == 2


def test_a_change_that_will_not_do_is_shown_again(chief: httpx.Client, ledger: Ledger) -> None:
    """In the reader's language, with what was typed; nothing is changed."""
    li = user(ledger, "li")
    refused = post(chief, f"/people/{li.id}", display_name="x" * 129, role="auditor", desks=["faults"])
    assert refused.status_code == 422
    assert "姓名要 1 到 128 个可以显示的字符" in refused.text
    assert f'value="{"x" * 129}"' in refused.text
    assert 'value="auditor" selected' in refused.text
    assert user(ledger, "li") == li
    assert post(chief, "/people/99", display_name="x", role="auditor").status_code == 404


def test_nobody_locks_everybody_out(chief: httpx.Client, ledger: Ledger) -> None:
    """Neither the own account nor the last administrator is disabled or given another role."""
    chen = user(ledger, "chen").id
    assert post(chief, f"/people/{chen}/disabled", disabled="true").status_code == 403
    demoted = post(chief, f"/people/{chen}", display_name="陈", role="monitor")
    assert demoted.status_code == 403
    assert post(chief, "/people/99/disabled", disabled="true").status_code == 404
    assert "已经是这样" in post(chief, f"/people/{chen}/codes/off").text
    assert user(ledger, "chen").role is UserRole.ADMINISTRATOR


def test_what_people_call_themselves_is_text(chief: httpx.Client) -> None:
    """A script in a name is shown, not run."""
    post(chief, "/people", **{**WANG, "display_name": seeding.SCRIPT})
    page = chief.get("/people").text
    assert seeding.SCRIPT not in page
    assert "&lt;script&gt;" in page
