"""Marks for the four standards, a comment, praise."""

from __future__ import annotations

import re

import httpx
import pytest

from ledger.database import Ledger
from ledger.review_marks import KEYS, has_marked, marks_of
from ledger.tables import CaseRow, ReviewMarksRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import FLAGGED

WHOLE = {"快": 5, "准": 4, "清": 4, "亲": 2}


def form_of(monitor: httpx.Client, **more: str) -> dict[str, str]:
    """The page's form, filled in."""
    return {"csrf": csrf_of(monitor.get(f"/calls/{FLAGGED}").text), **more}


def test_marks_are_kept_and_the_newest_of_a_person_count(monitor: httpx.Client, ledger: Ledger) -> None:
    """Saving again adds a row; a review is complete once all four standards have a mark."""
    answer = monitor.post(
        f"/calls/{FLAGGED}/marks", data=form_of(monitor, **{"mark-fast": "5"}, comment=" 快 ")
    )
    assert answer.headers["location"] == f"/calls/{FLAGGED}#marks-of-people"
    with ledger.reading() as session:
        (first,) = marks_of(session, FLAGGED)
        assert (dict(first.marks), first.comment, first.is_complete) == ({"快": 5}, "快", False)
        assert not has_marked(session, FLAGGED, first.user_id)
    document = monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": WHOLE, "praise": "耐心"}).json()
    assert (document["complete"], document["praise"]) == (True, "耐心")
    with ledger.reading() as session:
        assert has_marked(session, FLAGGED, first.user_id)
        assert session.query(ReviewMarksRow).count() == 2
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert 'name="mark-warm" value="2" data-draft="mark-warm" checked' in html


def test_another_person_has_marks_beside_them(monitor: httpx.Client, ledger: Ledger) -> None:
    """Both stand on the page, each under its name."""
    monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": WHOLE, "comment": "李的评语"})
    with ledger.transaction() as session:
        seeding.add_user(session, "zhao")
        session.get_one(CaseRow, FLAGGED).holder_id = None  # given back
    monitor.cookies.set("hotline_session", open_session(ledger, "zhao"))
    monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}, "comment": "赵的评语"})
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert "李的评语" in html
    assert "赵的评语" in html
    marks = monitor.get(f"/api/calls/{FLAGGED}/review").json()["marks"]
    assert [one["marks"] for one in marks] == [{"快": 1}, WHOLE]


def test_marks_saved_elsewhere_meanwhile_are_not_lost(monitor: httpx.Client) -> None:
    """A page that has not seen the newest ones is told what they are, without what was written."""
    said = {"marks": {"快": 3}, "comment": "幺三八", "seen": 0}
    first = monitor.put(f"/api/calls/{FLAGGED}/marks", json=said).json()
    late = monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}, "seen": 0})
    assert late.status_code == 409
    assert "(快 3)" in late.json()["error"]
    assert "幺三八" not in late.text
    again = monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}, "seen": first["id"]})
    assert again.status_code == 200


def test_a_row_of_the_list_gives_the_marks_that_are_missing(monitor: httpx.Client, ledger: Ledger) -> None:
    """It has seen the incomplete ones; the comment and praise that were given, or are being typed, stay."""
    form = form_of(monitor, **{"mark-fast": "5"}, comment="慢", praise="耐心")
    assert monitor.post(f"/calls/{FLAGGED}/marks", data=form).status_code == 303
    monitor.put(f"/api/calls/{FLAGGED}/draft", json={"fields": {"marks-comment": "慢了", "mark-fast": "5"}})
    seen = re.search(r'data-marks="(\d+)"', monitor.get(f"/calls/{FLAGGED}/row").text)
    assert seen
    marks = {f"mark-{key}": "4" for key in KEYS}
    whole = {"csrf": form["csrf"], "seen": seen[1], **marks}
    assert monitor.post(f"/calls/{FLAGGED}/marks", data=whole).status_code == 303
    with ledger.reading() as session:
        (own,) = marks_of(session, FLAGGED)
    assert (own.is_complete, own.comment, own.praise) == (True, "慢", "耐心")
    assert monitor.get(f"/api/calls/{FLAGGED}/draft").json()["fields"] == {"marks-comment": "慢了"}
    assert " data-marked" in monitor.get(f"/calls/{FLAGGED}/row").text


@pytest.mark.parametrize(
    "wish",
    [{"marks": {"快": 6}}, {"marks": {"慢": 3}}, {"marks": {}}, {"marks": {}, "comment": "长" * 4001}],
)
def test_marks_filled_in_wrongly_are_refused(monitor: httpx.Client, wish: dict[str, object]) -> None:
    """Only the four standards, 1 to 5, and something must be said."""
    assert monitor.put(f"/api/calls/{FLAGGED}/marks", json=wish).status_code == 422
