"""The audit log's page: filters, pages, verification, export; a row that was changed is seen."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from console.signin.visitors import SESSION_COOKIE
from hotline.cli import app_of
from ledger import audit
from ledger.audit import Act
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import AuditRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED


@pytest.fixture
def auditor(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """The auditor zheng, over a log of 120 rows."""
    with ledger.transaction() as session:
        seeding.add_user(session, "zheng", UserRole.AUDITOR)
        for number in range(119):
            call_id, action = (FLAGGED, AuditAction.LISTENED) if number % 2 else (CLEAN, AuditAction.LOOKED)
            audit.write(session, Act(user="li", action=action, call_id=call_id))
        audit.write(session, Act(user="=1+1", action=AuditAction.SIGN_IN_FAILED, details={"x": "@y"}))
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "zheng"))
    return stranger


def numbers(page: str) -> list[int]:
    """The rows on a page."""
    return [int(part.split('"')[0]) for part in page.split('data-row="')[1:]]


def test_the_log_is_read_page_by_page_and_by_filters(auditor: httpx.Client) -> None:
    """Newest first, fifty at a time; no row twice, none missing."""
    first = auditor.get("/audit").text
    assert numbers(first) == list(range(120, 70, -1))
    second = auditor.get("/audit", params={"before": 71}).text
    third = auditor.get("/audit", params={"before": 21}).text
    assert numbers(second) + numbers(third) == list(range(70, 0, -1))
    assert "before=71" in first
    assert f"/calls/{FLAGGED}" not in first  # an auditor has no calls to open
    for query, count in (
        ({"call": FLAGGED, "user": "li"}, 50),
        ({"action": "sign_in_failed"}, 1),
        ({"user": "=1+1"}, 1),
        ({"user": "nobody"}, 0),
        ({"day_to": "2000-01-01"}, 0),
        ({"day_from": "2000-01-01"}, 50),
    ):
        assert len(numbers(auditor.get("/audit", params=query).text)) == count, query
    for query in ({"action": "x"}, {"day_from": "x"}, {"before": "x"}, {"user": "x" * 129}):
        assert auditor.get("/audit", params=query).status_code == 422


def test_a_changed_row_is_seen_on_the_page_and_by_the_command(
    auditor: httpx.Client, ledger: Ledger, settings: Settings
) -> None:
    """Where it stands, by the verification, and by `hotline audit verify`; before, the page is content."""
    form = {"csrf": csrf_of(auditor.get("/audit").text)}
    sound = auditor.post("/audit/verify", data=form).text
    assert "验证到第 120 行" in sound
    assert "被改动" not in sound
    with ledger.transaction() as session:
        session.execute(update(AuditRow).where(AuditRow.number == 100).values(user="wang"))
    page = auditor.get("/audit").text
    assert page.count('class="audit-changed"') == 1
    broken = auditor.post("/audit/verify", data=form).text
    assert "日志被改动过：发现 1 处问题" in broken
    assert "audit row 100 was changed" in broken
    assert "日志被改动过" in auditor.get("/audit").text  # until somebody verifies that it is mended
    verify = ["audit", "verify", "--data", str(settings.data_dir)]
    told = CliRunner().invoke(app_of(["handle"]), verify)
    assert (told.exit_code, "audit row 100 was changed" in told.output) == (1, True)


def test_a_verification_that_was_changed_is_no_verification(auditor: httpx.Client, ledger: Ledger) -> None:
    """Whoever writes another result into its row, or nonsense, sets the alarm off."""
    form = {"csrf": csrf_of(auditor.get("/audit").text)}
    with ledger.transaction() as session:
        session.execute(update(AuditRow).where(AuditRow.number.between(20, 60)).values(user="wang"))
    assert "日志被改动过：发现至少 20 处问题" in auditor.post("/audit/verify", data=form).text
    for details in (
        '{"rows": "120", "head": "120:x", "problems": "0"}',
        '{"rows": "x", "problems": "٣"}',
        "x",
    ):
        with ledger.transaction() as session:
            session.execute(update(AuditRow).where(AuditRow.number == 121).values(details=details))
        assert "日志被改动过：发现 1 处问题" in auditor.get("/audit").text, details


def test_an_export_has_the_rows_of_the_filters_and_stands_in_the_log(
    auditor: httpx.Client, ledger: Ledger
) -> None:
    """As CSV that no spreadsheet calculates."""
    answer = auditor.get("/audit/export.csv", params={"action": "sign_in_failed"})
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["number"], row["user"], row["details"]) for row in rows] == [("120", "'=1+1", "x=@y")]
    whole = list(csv.DictReader(io.StringIO(auditor.get("/audit/export.csv").text.removeprefix("\ufeff"))))
    assert [int(row["number"]) for row in whole] == list(range(1, 123))
    with ledger.reading() as session:
        told = [row.details for row in audit.find(session, user="zheng")]
    assert told == ['{"action": "sign_in_failed"}', "{}"]
