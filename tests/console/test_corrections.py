"""Corrections of a transcript: kept beside the machine's words, searched, and with secrets hidden."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.calls.people_said import said_in
from ledger import judgements, retained
from ledger.correcting import Heard, correct
from ledger.database import Ledger
from ledger.masks import Span, mask_call
from ledger.redaction.hiding import Veil
from ledger.secrets_told import secrets_of
from ledger.states import Role, UserRole
from ledger.tables import (
    AddedFindingRow,
    CorrectionRow,
    DraftRow,
    ReviewMarksRow,
    ReviewRow,
    UndoneRow,
)
from ledger.users import find_user
from tests.console import seeding
from tests.console.conftest import open_session
from tests.console.seeding import CLEAN, FLAGGED

ADDRESS = f"/api/calls/{FLAGGED}/corrections"
NUMBER = "幺三八零零幺三八零零零"


def transcript_of(ledger: Ledger, call_id: str = FLAGGED) -> int:
    """The id of the call's newest transcript."""
    with ledger.reading() as session:
        newest = judgements.newest_transcript(session, call_id)
    assert newest
    return newest[0]


@pytest.fixture
def wish(ledger: Ledger) -> dict[str, Any]:
    """A correction of what the caller asked."""
    return {"transcript": transcript_of(ledger), "turn": 2, "text": "请问市人民医院的电话"}


def test_a_correction_is_shown_beside_what_the_machine_heard(
    monitor: httpx.Client, wish: dict[str, Any]
) -> None:
    """Both texts stand, words keep their times, the search finds the new words, nothing is judged anew."""
    before = monitor.get(f"/api/calls/{FLAGGED}").json()
    answer = monitor.post(ADDRESS, json=wish).json()
    assert (answer["machine"], answer["text"]) == ("请问人民医院的电话", "请问市人民医院的电话")
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert "请问市人民医院的电话</p>" in html
    assert "机器转写：" in html
    assert 'data-timing="2,600,40 1,40,0 2,0,40' in html  # 人民 still from 6.4 on
    assert monitor.get("/api/calls", params={"text": "市人民医院"}).json()["total"] == 1
    after = monitor.get(f"/api/calls/{FLAGGED}").json()
    assert (after["findings"], after["transcript"]) == (before["findings"], before["transcript"])


def test_a_correction_can_be_taken_back_and_every_one_is_kept(
    monitor: httpx.Client, ledger: Ledger, wish: dict[str, Any]
) -> None:
    """The machine's text holds again; rows are only added; what another has changed meanwhile is told."""
    first = monitor.post(ADDRESS, json={**wish, "seen": 0}).json()
    assert monitor.post(ADDRESS, json={**wish, "text": "请问", "seen": 0}).status_code == 409
    back = monitor.post(ADDRESS, json={**wish, "text": None, "seen": first["id"]})
    assert back.json()["text"] == "请问人民医院的电话"
    assert "机器转写：" not in monitor.get(f"/calls/{FLAGGED}").text
    assert monitor.get("/api/calls", params={"text": "市人民医院"}).json()["total"] == 0
    with ledger.reading() as session:
        assert session.query(CorrectionRow).count() == 2


def test_a_secret_that_a_person_heard_is_hidden_too(
    monitor: httpx.Client, ledger: Ledger, wish: dict[str, Any]
) -> None:
    """Whoever lacks the right sees ● and hears silence; the ● stand for what is there."""
    monitor.post(ADDRESS, json={**wish, "text": f"我的电话{NUMBER}"})
    assert NUMBER not in monitor.get(f"/calls/{FLAGGED}").text
    with ledger.reading() as session:
        assert [secret.kind for secret in secrets_of(session, FLAGGED)] == ["mobile"]
    hidden = "●" * len(NUMBER)
    assert monitor.post(ADDRESS, json={**wish, "text": f"我电话{hidden}"}).json()["text"] == f"我电话{hidden}"
    again = monitor.post(ADDRESS, json={**wish, "text": f"是{hidden}"}).json()
    assert (
        monitor.post(ADDRESS, json={**wish, "text": again["text"].replace("是", "我电话")}).status_code == 200
    )
    assert monitor.post(ADDRESS, json={**wish, "text": f"我电话{hidden[1:]}"}).status_code == 409
    assert monitor.post(ADDRESS, json={**wish, "text": "我", "unmasked": True}).status_code == 403
    with ledger.transaction() as session:
        seeding.add_user(session, "zhao", UserRole.TEAM_LEAD)
    monitor.cookies.set("hotline_session", open_session(ledger, "zhao"))
    assert f"我电话{NUMBER}" in monitor.get(f"/calls/{FLAGGED}?unmasked=true").text


def test_a_masked_span_is_masked_in_what_people_wrote(
    monitor: httpx.Client, ledger: Ledger, wish: dict[str, Any]
) -> None:
    """Corrections, added findings, marks and drafts tell no more of it."""
    monitor.post(ADDRESS, json=wish)
    heard = {"rule": "other", "start_s": 6, "end_s": 8.4, "why": "提到人民医院", "first_turn": 2}
    monitor.post(f"/api/calls/{FLAGGED}/added-findings", json=heard)
    monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}, "comment": "人民医院"})
    monitor.put(f"/api/calls/{FLAGGED}/draft", json={"fields": {"x": "人民医院"}})
    with ledger.transaction() as session:
        mask_call(session, FLAGGED, [Span(start_s=6.0, end_s=8.4)])
    for path in (f"/calls/{FLAGGED}", f"/api/calls/{FLAGGED}/review", f"/api/calls/{FLAGGED}/draft"):
        assert "人民医院" not in monitor.get(path).text, path


def test_a_forgotten_call_leaves_nothing_that_people_wrote(
    monitor: httpx.Client, ledger: Ledger, wish: dict[str, Any]
) -> None:
    """Corrections, added findings, drafts and undone decisions go; marks stay as figures, without words."""
    monitor.post(ADDRESS, json=wish)
    heard = {"rule": "other", "start_s": 6, "end_s": 8.4, "why": "闲聊", "first_turn": 2}
    monitor.post(f"/api/calls/{FLAGGED}/added-findings", json=heard)
    monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}, "comment": "慢", "praise": "好"})
    monitor.put(f"/api/calls/{FLAGGED}/draft", json={"fields": {"x": "闲聊"}})
    finding = monitor.get(f"/api/calls/{FLAGGED}/review").json()["findings"][0]["finding"]
    for deed, sent in (("review", {"decision": "confirmed"}), ("undo", {})):
        monitor.post(f"/api/calls/{FLAGGED}/findings/{finding}/{deed}", json=sent)
    with ledger.transaction() as session:
        retained.forget(session, FLAGGED)
    with ledger.reading() as session:
        for table in (CorrectionRow, AddedFindingRow, DraftRow, UndoneRow, ReviewRow):
            assert session.query(table).count() == 0
        (marks,) = session.query(ReviewMarksRow)
        assert (marks.marks, marks.comment, marks.praise) == ({"快": 1}, "", "")


def test_what_reads_so_already_is_no_correction(
    monitor: httpx.Client, ledger: Ledger, wish: dict[str, Any]
) -> None:
    """Nothing is kept, and a program is told; nor is it told who corrected another call's transcript."""
    for same in ("请问人民医院的电话", None):
        answer = monitor.post(ADDRESS, json={**wish, "text": same})
        assert answer.status_code == 422
        assert "reads so already" in answer.json()["error"]
    monitor.post(ADDRESS, json=wish)
    foreign = monitor.post(f"/api/calls/{CLEAN}/corrections", json={**wish, "seen": 0})
    assert foreign.status_code == 404
    with ledger.reading() as session:
        assert session.query(CorrectionRow).count() == 1


@pytest.mark.parametrize("change", [{"text": " "}, {"text": "长" * 4001}])
def test_an_empty_turn_is_no_correction(
    monitor: httpx.Client, wish: dict[str, Any], change: dict[str, Any]
) -> None:
    """Something was said there."""
    assert monitor.post(ADDRESS, json={**wish, **change}).status_code == 422
    assert monitor.post(ADDRESS, json={**wish, "turn": 99}).status_code == 404


def test_whoever_judges_blind_sees_the_machines_words_alone(ledger: Ledger, wish: dict[str, Any]) -> None:
    """What colleagues corrected would tell what they thought."""
    with ledger.transaction() as session:
        found = find_user(session, "li")
        assert found
        heard = Heard(transcript_id=wish["transcript"], turn=2, text="请问市人民医院的电话", unmasked=False)
        correct(session, FLAGGED, found[0], heard)
        turns = judgements.get_transcript(session, FLAGGED, wish["transcript"]).turns
        no_veil = Veil(secrets=(), words=())
        said = said_in(session, wish["transcript"], turns, no_veil, is_blind=True, unmasked=False)
    assert said[2].turn.text == "请问人民医院的电话"
    assert said[2].turn.role is Role.CALLER
