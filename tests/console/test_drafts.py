"""What is typed and not sent is kept for whoever typed it."""

from __future__ import annotations

import httpx

from ledger.database import Ledger
from tests.console import seeding
from tests.console.conftest import open_session
from tests.console.seeding import CLEAN, FLAGGED

ADDRESS = f"/api/calls/{FLAGGED}/draft"


def test_fields_are_kept_one_by_one_for_their_author_alone(monitor: httpx.Client, ledger: Ledger) -> None:
    """A later field leaves the others, an empty one goes; another monitor has a draft of her own."""
    assert monitor.get(ADDRESS).json() == {"fields": {}, "at": None}
    monitor.put(ADDRESS, json={"fields": {"marks-comment": "语气生硬", "added-why": "打断"}})
    kept = monitor.put(ADDRESS, json={"fields": {"added-why": "", "mark-fast": "4"}}).json()
    assert kept["fields"] == {"marks-comment": "语气生硬", "mark-fast": "4"}
    assert monitor.get(f"/api/calls/{CLEAN}/draft").json()["fields"] == {}
    with ledger.transaction() as session:
        seeding.add_user(session, "zhao")
    monitor.cookies.set("hotline_session", open_session(ledger, "zhao"))
    assert monitor.get(ADDRESS).json()["fields"] == {}


def test_what_was_sent_is_no_draft_any_more(monitor: httpx.Client) -> None:
    """Saving the marks takes their fields out of the draft, and nothing else."""
    monitor.put(ADDRESS, json={"fields": {"marks-comment": "好", "comment-1": "再听一遍"}})
    monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 4}, "comment": "好"})
    assert monitor.get(ADDRESS).json()["fields"] == {"comment-1": "再听一遍"}


def test_a_draft_has_its_limits(monitor: httpx.Client, stranger: httpx.Client) -> None:
    """Too long, too many, no call of one's own, no sign-in: refused, and nothing is kept."""
    assert monitor.put(ADDRESS, json={"fields": {"a": "长" * 4001}}).status_code == 422
    assert monitor.put(ADDRESS, json={"fields": {str(n): "x" for n in range(51)}}).status_code == 422
    assert monitor.put("/api/calls/nope/draft", json={"fields": {"a": "b"}}).status_code == 404
    assert monitor.get(ADDRESS).json()["fields"] == {}
    stranger.cookies.clear()
    assert stranger.put(ADDRESS, json={"fields": {"a": "b"}}).status_code == 401
