"""`hotline knowledge import` and `hotline mail`: what they do, and a sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from desks.intake.settings import load_mail_settings
from desks.knowledge import articles
from hotline.cli import app_of
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.database import open_ledger
from ledger.errors import HotlineError, SettingsError
from ledger.settings import Settings


def run(data: Path, *words: str, **environment: str) -> Result:
    """The commands of the desks."""
    where = [] if words[1] == "check" else ["--data", str(data)]
    return CliRunner().invoke(app_of(["knowledge", "mail"]), [*words, *where], env=environment)


def test_articles_are_brought_from_a_file(tmp_path: Path) -> None:
    """The starting set where no file is named; brought again it changes nothing; it is in the audit log."""
    data = tmp_path / "var"
    assert run(data, "knowledge", "import").exit_code == 0
    assert '"added": 0' in run(data, "knowledge", "import", "--json").stdout
    own = tmp_path / "own.yaml"
    own.write_text("- title: 移机\n  body: 见规定。\n  valid_to: 2026-12-31\n", encoding="utf-8")
    assert run(data, "knowledge", "import", str(own)).exit_code == 0
    with open_ledger(Settings(data_dir=data)).reading() as session:
        found = articles.titled(session, "移机")
        assert found is not None
        assert found.text.valid_to is not None
        assert {row.action for row in audit.find(session)} == {AuditAction.ARTICLE_CHANGED}
        assert articles.count(session) > 10
    own.write_text("- title: 移机\n", encoding="utf-8")
    wrong = run(data, "knowledge", "import", str(own))
    assert isinstance(wrong.exception, HotlineError)
    assert "article 1: body" in str(wrong.exception)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "HOTLINE_MAIL_IMAP"),
        ({"HOTLINE_MAIL_IMAP": "localhost"}, "imap"),
        ({"HOTLINE_MAIL_IMAP": "localhost:143"}, "HOTLINE_MAIL_ADDRESS"),
        (
            {
                "HOTLINE_MAIL_IMAP": "mail.example:143",
                "HOTLINE_MAIL_IMAP_TLS": "none",
                "HOTLINE_MAIL_USER": "x",
                "HOTLINE_MAIL_ADDRESS": "x@y.example",
            },
            "another machine",
        ),
    ],
)
def test_wrong_settings_of_the_inbox_are_told(tmp_path: Path, settings: dict[str, str], told: str) -> None:
    """Before anything is asked of a server."""
    wrong = run(tmp_path, "mail", "poll", **settings)
    assert isinstance(wrong.exception, SettingsError)
    assert told in str(wrong.exception)


def test_a_password_in_a_file_is_read_and_one_in_the_environment_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees it by printing the settings."""
    path = tmp_path / "password"
    path.write_text("in the file\n", encoding="utf-8")
    monkeypatch.setenv("HOTLINE_MAIL_PASSWORD", "in the environment")
    assert load_mail_settings().secret() == "in the environment"
    assert "in the environment" not in repr(load_mail_settings())
    monkeypatch.setenv("HOTLINE_MAIL_PASSWORD_FILE", str(path))
    assert load_mail_settings().secret() == "in the file"
    monkeypatch.setenv("HOTLINE_MAIL_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_mail_settings().secret()
