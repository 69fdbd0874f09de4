"""What people decide becomes a rule's measured error, and the pipeline heeds what follows from it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from hotline.auditing import NO_DRAWS, people_evidence
from hotline.cli import app_of
from hotline.pipeline import Pipeline
from hotline.standing import decide, decide_tonight
from ledger import calls, judgements, rule_audits, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Finding, Recording, Scorecard, Transcript, Turn
from ledger.settings import Settings
from ledger.states import CallState, Decision, Role, RuleState, UserRole, Verdict
from ledger.tables import CallRow
from qa_scoring import load_packs

RULE = "forbidden-words"
PACK = load_packs().for_desk("114", "114")
HASH = PACK.fingerprints[RULE]
CONTENT = (RULE, HASH)
SINCE = now() - timedelta(days=1)
CONFIRMED, REJECTED = Decision


def add_transcribed(session: Session, call_id: str) -> int:
    """A call that waits to be scored, in which the operator is rude; returns its transcript."""
    calls.add_call(session, call_id=call_id, hotline="114")
    session.flush()
    session.get_one(CallRow, call_id).state = CallState.TRANSCRIBED
    said = Turn(role=Role.OPERATOR, start_s=1, end_s=3, text="你问别人去")
    judgements.save_recording(
        session,
        Recording(
            call_id=call_id,
            path="x.flac",
            sha256="0",
            duration_s=5.0,
            sample_rate_hz=8000,
            channels=2,
            sealed_at=now(),
        ),
    )
    transcript = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=(said,))
    return judgements.save_transcript(session, call_id, transcript)


def add_decided(session: Session, call_id: str, *decided: tuple[str, Verdict, Decision | None]) -> None:
    """A call with findings of rules of the pack, and decisions on them."""
    number = add_transcribed(session, call_id)
    findings = tuple(
        Finding(rule=rule, verdict=verdict, evidence=None, reason="", rule_hash=PACK.fingerprints[rule])
        for rule, verdict, _ in decided
    )
    card = Scorecard(pack=PACK.id, pack_version=PACK.version, score=0, flags=(), findings=findings)
    judgements.save_scorecard(session, call_id, number, card)
    kept = judgements.newest_scorecard(session, call_id)
    assert kept
    for finding, (_, _, decision) in zip(kept.findings, decided, strict=True):
        if decision and finding.id:
            judgements.save_review(session, finding.id, monitor(session), decision, "")


def monitor(session: Session) -> int:
    """Somebody who decides."""
    if users.find_user(session, "li") is None:
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
    found = users.find_user(session, "li")
    assert found
    return found[0].id


def test_precision_comes_from_decisions_and_recall_only_from_whole_random_calls(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was picked out says nothing of what is missed; then there is a reason instead of a number."""
    with ledger.transaction() as session:
        add_decided(session, "a", (RULE, Verdict.FAIL, CONFIRMED), ("closing", Verdict.PASS, None))
        add_decided(session, "b", (RULE, Verdict.FAIL, REJECTED))
        add_decided(session, "c", (RULE, Verdict.PASS, REJECTED), ("closing", Verdict.PASS, CONFIRMED))
        add_decided(session, "d", (RULE, Verdict.CANNOT_TELL, None))
        error = people_evidence(session, SINCE).error_of(CONTENT)
        assert (error.precision.hits, error.precision.of) == (1, 2)
        assert (error.recall.value, error.recall.why_not) == (None, NO_DRAWS)
        assert (error.cannot_tell.hits, error.cannot_tell.of) == (1, 4)
        assert [miss.where for miss in error.misses] == ["b", "c"]
        assert rule_audits.drawn_calls(session) == set()
        monkeypatch.setattr(rule_audits, "drawn_calls", lambda _: {"a", "b", "c"})
        recall = people_evidence(session, SINCE).error_of(CONTENT).recall
        assert (recall.hits, recall.of) == (0, 1)  # `a` was not reviewed whole, in `b` nothing was broken


def test_a_rule_that_people_reject_stops_deducting_in_the_pipeline(settings: Settings, books: Ledger) -> None:
    """The nightly run suspends it; the next call shows the finding, with points 0."""
    with books.transaction() as session:
        for number in range(6):
            add_decided(session, f"rejected-{number}", (RULE, Verdict.FAIL, REJECTED))
        for call_id in ("before", "after"):
            add_transcribed(session, call_id)
    pipeline = Pipeline(settings, books)
    assert pipeline.finish("before") is CallState.SCORED
    decide_tonight(settings, books)
    with books.reading() as session:
        states = rule_audits.states(session, PACK.id, PACK.fingerprints)
    assert {rule for rule, state in states.items() if state is RuleState.SUSPENDED} == {RULE}
    assert pipeline.finish("after") is CallState.SCORED
    with books.reading() as session:
        cards = [judgements.newest_scorecard(session, call_id) for call_id in ("before", "after")]
    found = [next(one for one in card.findings if one.rule == RULE) for card in cards if card]
    assert [finding.verdict for finding in found] == [Verdict.FAIL, Verdict.FAIL]
    assert [(finding.held, finding.points > 0) for finding in found] == [(False, True), (True, False)]
    assert found[1].rule_hash == HASH


@pytest.mark.usefixtures("books")
def test_the_commands(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The audit says what it cannot estimate; a lead needs a reason; a rule that is in no pack is told."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(settings.data_dir))
    run, app = CliRunner().invoke, app_of(["judge", "canary"])
    told = run(app, ["rules", "audit", "--source", "people", "--source", "canary", "--misses", "--apply"])
    assert told.exit_code == 0, told.output
    assert "– no people cases of this content of the rule" in told.output
    assert run(app, ["rules", "standings", "--json"]).output.count('"state": "on_trial"') == len(
        [rule for pack in load_packs().packs for rule in pack.rules]
    )
    for arguments, says in (
        (["rules", "audit", "--rule", "kindness"], "no pack has a rule 'kindness'"),
        (["rules", "reinstate", RULE, "--pack", PACK.id, "--why", " "], "--why is empty"),
        (["rules", "reinstate", RULE, "--pack", PACK.id, "--why", "更新"], "is on_trial, and deducts"),
        (["rules", "case-from", "1"], "--to or HOTLINE_PACKS_DIR"),
        (["rules", "case-from", "1", "--to", str(tmp_path)], "has no packs"),
        (["canary", "--once"], "the plan has no 'canary'"),
    ):
        assert says in str(run(app, arguments).exception), arguments


def test_decisions_are_the_same_when_they_are_made_again(ledger: Ledger) -> None:
    """Deciding twice changes nothing."""
    with ledger.transaction() as session:
        for number in range(6):
            add_decided(session, f"r{number}", (RULE, Verdict.FAIL, REJECTED))
        evidence = [people_evidence(session, SINCE)]
        first = decide(session, load_packs(), evidence)
        assert {standing.rule for standing in first} == {RULE}
        assert decide(session, load_packs(), evidence) == []
