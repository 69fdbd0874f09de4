"""`hotline user`: the first administrator, scopes, passwords for once, disabling."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from hotline.cli import app_of
from ledger import audit, users
from ledger.clock import now
from ledger.database import Ledger, open_ledger
from ledger.errors import Conflict, NotFound
from ledger.sessions import open_session, session_user
from ledger.settings import Settings, prepare_data_dir
from ledger.states import UserRole


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty installation."""
    made = Settings(data_dir=tmp_path_factory.mktemp("people") / "var")
    prepare_data_dir(made)
    return made


def run(settings: Settings, *words: str) -> Result:
    """`hotline user ...` with a password in the environment."""
    command = ["user", *words, "--data", str(settings.data_dir)]
    environment = {"HOTLINE_PASSWORD": "correct horse"}
    return CliRunner().invoke(app_of(["people"]), command, env=environment)


def test_people_are_added_held_disabled_and_given_passwords(settings: Settings) -> None:
    """Each change ends what is open and is in the audit log; the only administrator stays."""
    assert run(settings, "add", "chen", "--role", "administrator").exit_code == 0
    held = run(settings, "add", "li", "--desk", "enquiries", "--desk", "faults", "--team", "早班")
    assert held.stdout == ("li may sign in as monitor, held to desk enquiries, desk faults, team 早班.\n")
    ledger: Ledger = open_ledger(settings)
    with ledger.transaction() as session:
        li = users.named(session, "li")
        open_session(session, li.id, "0" * 64, now().replace(year=now().year + 1))
    once = run(settings, "passwd", "li", "--once")
    with ledger.reading() as session:
        assert session_user(session, "0" * 64) is None
        assert users.named(session, "li").must_change
    assert len(once.stdout.strip()) == 16
    assert run(settings, "passwd", "li").exit_code == 0
    assert run(settings, "disable", "li").exit_code == 0
    told = json.loads(run(settings, "list", "--json").stdout)
    assert [(one["name"], one["role"], one["disabled"], one["must_change"]) for one in told] == [
        ("chen", "administrator", False, False),
        ("li", "monitor", True, False),
    ]
    assert told[1]["desks"] == ["enquiries", "faults"]
    again = run(settings, "add", "li")
    assert "li is monitor, held to desk enquiries" in again.stdout
    assert again.stdout.endswith("and is disabled; `hotline user enable li` lets them in.\n")
    assert run(settings, "enable", "li").exit_code == 0
    assert run(settings, "codes-off", "li").exit_code == 0
    assert isinstance(run(settings, "disable", "chen").exception, Conflict)
    assert isinstance(run(settings, "add", "chen").exception, Conflict)  # a monitor, as nothing else is told
    assert isinstance(run(settings, "disable", "nobody").exception, NotFound)
    with ledger.reading() as session:
        assert users.named(session, "chen").role is UserRole.ADMINISTRATOR
        actions = [row.action for row in audit.find(session)]
        assert list(audit.problems(session)) == []
    ledger.close()
    assert actions == [
        "user_added",
        "user_added",
        "password_set",
        "password_set",
        "user_disabled",
        "user_changed",
        "user_enabled",
        "totp_removed",
    ]
