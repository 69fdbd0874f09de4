"""An outside supervisor hears what was handed out, says what was found, and finds nothing else."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from ledger import audit, samples, users
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import CaseRow, SampleCheckRow
from tests.console import sample_drawing, seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED


@pytest.fixture
def drawn(ledger: Ledger, settings: Settings) -> list[str]:
    """The first two calls that were drawn for outsiders are handed to sun."""
    with ledger.transaction() as session:
        seeding.add_user(session, "sun", UserRole.SUPERVISOR)
        draw_id = sample_drawing.draw(session, settings)
        outside = [one for one in samples.sampled_calls(session, draw_id) if one.part == "outside"][:2]
        sun = users.find_user(session, "sun")
        assert sun
        samples.assign(session, [one.id for one in outside], sun[0].id)
    return [one.call_id for one in outside]


@pytest.fixture
def supervisor(stranger: httpx.Client, ledger: Ledger, drawn: list[str]) -> httpx.Client:
    """Sun, who has signed in."""
    stranger.cookies.set("hotline_session", open_session(ledger, "sun"))
    return stranger


def test_only_what_was_handed_out_is_there(
    supervisor: httpx.Client, ledger: Ledger, drawn: list[str]
) -> None:
    """Two calls of dozens; every other call and page is refused, and the bar has one link."""
    page = supervisor.get("/handed-out").text
    assert page.count("data-handed=") == 2
    assert "共 2 通，2 通还没有听" in page
    assert supervisor.get("/").headers["location"] == "/handed-out"
    assert page.count('<a href="/') - page.count('<a href="/handed-out') == 0
    for path in (f"/handed-out/{FLAGGED}", f"/calls/{FLAGGED}/audio", f"/calls/{FLAGGED}/peaks"):
        assert supervisor.get(path).status_code == 404
    for path in ("/calls", f"/calls/{drawn[0]}", f"/api/calls/{drawn[0]}", "/samples", "/wallboard"):
        assert supervisor.get(path).status_code == 403
    assert supervisor.get(f"/calls/{drawn[0]}/audio", params={"unmasked": "true"}).status_code == 403


def test_a_case_that_the_supervisor_holds_is_handed_out_too(supervisor: httpx.Client, ledger: Ledger) -> None:
    """Its words and sound, without findings, flags, score, operator or caller."""
    with ledger.transaction() as session:
        sun = users.find_user(session, "sun")
        assert sun
        session.add(CaseRow(call_id=FLAGGED, state=CaseState.OPEN, since=now(), holder_id=sun[0].id))
    page = supervisor.get(f"/handed-out/{FLAGGED}").text
    assert "我" in page
    for hidden in (
        "8001",
        "张话务",
        "13800000001",
        "forbidden-words",
        "服务忌语",
        "判定",
        "evidence",
        '<form method="post" action="/handed',
    ):
        assert hidden not in page, hidden
    assert supervisor.get(f"/calls/{FLAGGED}/audio").status_code == 200
    assert supervisor.get(f"/handed-out/{CLEAN}").status_code == 404
    form = {"csrf": csrf_of(page), "outcome": "in_order", "score": "90"}
    assert supervisor.post(f"/handed-out/{FLAGGED}", data=form).status_code == 409
    assert supervisor.post(f"/handed-out/{CLEAN}", data=form).status_code == 404
    with ledger.reading() as session:
        told = [(row.user, row.action) for row in audit.find(session, call_id=FLAGGED)]
    assert told == [("sun", "looked"), ("sun", "listened")]


def test_what_is_said_is_kept_and_counts_in_the_draw(
    supervisor: httpx.Client, ledger: Ledger, drawn: list[str]
) -> None:
    """Whatever the machine found; saying it again adds, and the newest counts."""
    path = f"/handed-out/{drawn[0]}"
    csrf = csrf_of(supervisor.get(path).text)
    for outcome, score in (("breach", "72.5"), ("cannot_tell", ""), ("wrong", "40")):
        form = {"csrf": csrf, "outcome": outcome, "score": score}
        assert supervisor.post(path, data=form).headers["location"] == "/handed-out"
    with ledger.reading() as session:
        checks = session.scalars(select(SampleCheckRow).order_by(SampleCheckRow.id)).all()
    assert [(one.outcome, one.score) for one in checks] == [
        ("breach", 72.5),
        ("cannot_tell", None),
        ("wrong", 40),
    ]
    page = supervisor.get("/handed-out").text
    assert "1 通还没有听" in page
    assert "有差错" in page
    refused = [
        supervisor.post(path, data={"csrf": csrf, "outcome": outcome, "score": score}).status_code
        for outcome, score in (("x", "1"), ("breach", ""), ("breach", "101"), ("breach", "nan"))
    ]
    assert refused == [422] * 4
    assert supervisor.post(path, data={"csrf": "0" * 64, "outcome": "in_order"}).status_code == 403
