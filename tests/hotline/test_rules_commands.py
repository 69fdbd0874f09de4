"""`hotline rules`: cases by rule and id, verdicts explained, the schema printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotline.commands.judge import explain_verdict, print_schema, run_rule_cases
from hotline.explained import LABELS
from ledger import calls, judgements
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound, SettingsError
from ledger.records import Recording, Transcript, Turn
from ledger.settings import load_settings
from ledger.states import Role
from qa_scoring.published_schema import published_schema

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


def test_both_languages_have_every_label() -> None:
    """Nothing is missing in one of them."""
    assert set(LABELS["zh"]) == set(LABELS["en"])


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON document and nothing else."""
    print_schema()
    assert json.loads(capsys.readouterr().out) == published_schema()
