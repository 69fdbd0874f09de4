"""`hotline rules`: cases by rule and id, verdicts explained, the schema printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hotline.commands.judge import explain_verdict, print_schema, run_rule_cases
from hotline.commands.judge_again import judge_again
from hotline.explained import LABELS
from hotline.tables import call_sheet
from ledger import calls, judgements, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound, SettingsError
from ledger.records import Finding, Recording, Scorecard, Transcript, Turn
from ledger.settings import load_settings
from ledger.states import CallState, Decision, Role, UserRole, Verdict
from ledger.tables import CallRow, ScorecardRow
from qa_scoring.published_schema import published_schema

FINDING = Finding(rule="closing", verdict=Verdict.FAIL, evidence=None, reason="没有结束语", points=99.0)
CALL = "20261130-080000-0123456789"
TURNS = (
    Turn(role=Role.OPERATOR, start_s=1.0, end_s=3.0, text="您好一一四请问查哪里"),
    Turn(role=Role.CALLER, start_s=4.0, end_s=5.0, text="人民医院"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with one call that was transcribed and one that was not."""
    ledger = Ledger(load_settings(data_dir=tmp_path).ledger_url)
    ledger.migrate()
    recording = Recording(
        call_id=CALL,
        path="a",
        sha256="1" * 64,
        duration_s=9,
        sample_rate_hz=8000,
        channels=2,
        sealed_at=now(),
    )
    heard = Transcript(model="small", model_sha256="0" * 64, recording_sha256="1" * 64, turns=TURNS)
    with ledger.transaction() as session:
        for call_id in (CALL, "silent"):
            calls.add_call(session, call_id=call_id, hotline="114")
        judgements.save_recording(session, recording)
        judgements.save_transcript(session, CALL, heard)
    ledger.close()
    return tmp_path


def test_cases_run_by_rule_and_id(capsys: pytest.CaptureFixture[str]) -> None:
    """Only what was asked for is judged."""
    run_rule_cases(rule="closing", as_json=True)
    closing = json.loads(capsys.readouterr().out)
    assert {result["rule"] for result in closing} == {"closing"}
    run_rule_cases(rule="closing", case=closing[0]["case"], as_json=True)
    assert json.loads(capsys.readouterr().out) == closing[:1]


@pytest.mark.parametrize(
    ("rule", "case", "told"),
    [("closin", None, "did you mean 'closing'"), ("closing", "standart", "did you mean 'standard'")],
)
def test_a_case_that_is_not_there_is_told(rule: str, case: str | None, told: str) -> None:
    """With the nearest name."""
    with pytest.raises(NotFound, match=told):
        run_rule_cases(rule=rule, case=case)


def test_a_case_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Window, phrases with likeness and what was needed, tests of the context, verdict of each node."""
    explain_verdict("closing", case="standard", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["expected"]) == ("pass", "pass")
    check = told["check"]
    assert check["kind"] == "say"
    assert check["window"]
    bye = next(each for each in check["phrases"] if each["phrase"] == "再见")
    assert (bye["heard"], bye["text"], bye["likeness"], bye["needed"]) == ("said", "再见", 1.0, 0.92)
    thanks = next(each for each in check["phrases"] if each["tests"])
    assert {test["test"] for test in thanks["tests"]} == {"not_within"}


def test_a_call_is_explained(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its newest transcript and the packs as they are; in Chinese, or in English."""
    explain_verdict("offer-more-help", CALL, data=data)
    chinese = capsys.readouterr().out
    assert "不通过" in chinese
    assert "查找范围" in chinese
    explain_verdict("offer-more-help", CALL, data=data, language="en")
    assert "looked in" in capsys.readouterr().out


def test_what_cannot_be_explained_is_told(data: Path) -> None:
    """A call without a transcript or a rule that there is not; neither or both of a call and a case."""
    with pytest.raises(NotFound):
        explain_verdict("closing", "silent", data=data)
    with pytest.raises(NotFound, match="has no rule 'closin', did you mean 'closing'"):
        explain_verdict("closin", CALL, data=data)
    for call_id, case in ((None, None), (CALL, "standard")):
        with pytest.raises(SettingsError, match="name a call, or one of the rule's cases"):
            explain_verdict("closing", call_id, case=case, data=data)


def test_a_call_is_judged_again_by_the_packs_as_they_are(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its older scorecard stays; of all calls those are left out on which people have decided."""
    ledger = Ledger(load_settings(data_dir=data).ledger_url)
    old = Scorecard(pack="old", pack_version="0", score=1.0, flags=(), findings=(FINDING,))
    with ledger.transaction() as session:
        judgements.save_scorecard(session, CALL, 1, old)
        session.get_one(CallRow, CALL).state = CallState.SCORED
    judge_again(every=True, wait=True, data=data, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"asked": 1, "left_out": 0, "calls": [CALL], "failed": []}
    with ledger.transaction() as session:
        cards = session.scalars(select(ScorecardRow).order_by(ScorecardRow.id)).all()
        assert [card.pack for card in cards] == ["old", "desk-114"]
        assert cards[0].score == 1.0
        newest = judgements.newest_scorecard(session, CALL)
        assert newest is not None
        assert "offer-more-help" in newest.flags
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        judgements.save_review(session, newest.findings[0].id or 0, 1, Decision.CONFIRMED, "")
    judge_again(every=True, data=data, as_json=True)
    assert json.loads(capsys.readouterr().out)["left_out"] == 1
    judge_again([CALL], wait=True, data=data, as_json=True)
    assert json.loads(capsys.readouterr().out)["asked"] == 1
    with ledger.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ScorecardRow)) == 3
    ledger.close()


def test_what_is_judged_again_must_be_said(data: Path) -> None:
    """Calls or all of them, and calls that there are."""
    for arguments in ({}, {"every": True, "call_ids": [CALL]}, {"desk": "114", "call_ids": [CALL]}):
        with pytest.raises(SettingsError, match="name calls, or say --all"):
            judge_again(**arguments, data=data)
    with pytest.raises(NotFound):
        judge_again(["nobody"], data=data)


def test_a_calls_sheet_tells_how_its_score_comes_about() -> None:
    """What each dimension took off, and what it would have taken without its limit."""
    lost = [
        {"dimension": "亲", "points": 40.0, "limit": 30.0, "taken": 30.0},
        {"dimension": "快", "points": 5.0, "limit": None, "taken": 5.0},
    ]
    head = {"id": "a", "hotline": "114", "state": "scored", "score": 65.0, "error": None}
    sheet = call_sheet({**head, "transcript": [], "findings": [], "losses": lost})
    assert sheet.splitlines()[0] == "a  114  scored  score 65.0  亲 -30 (of 40), 快 -5"


def test_both_languages_have_every_label() -> None:
    """Nothing is missing in one of them."""
    assert set(LABELS["zh"]) == set(LABELS["en"])


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON document and nothing else."""
    print_schema()
    assert json.loads(capsys.readouterr().out) == published_schema()
