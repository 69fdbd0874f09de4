"""A finding that people rejected becomes a case of its rule, with nothing of anybody's in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hotline.appealed_case import write_case
from ledger import calls, judgements, users
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound, SettingsError
from ledger.judged_findings import JudgedFinding, get_judged
from ledger.records import Transcript, Turn, Word
from ledger.states import Decision, Role, UserRole, Verdict
from qa_scoring import Conversation, Packs, judge, load_packs, rule_cases, run_cases
from qa_scoring.pack_files import STANDARD

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
SAID = (
    (OPERATOR, "您好一一四请问查哪里", 1.0),
    (CALLER, "我的手机是幺三八幺二三四五六七八", 5.0),
    (OPERATOR, "这个您问别人去吧", 40.0),  # what the rule finds
    (CALLER, "好的", 45.0),
    (OPERATOR, "感谢您的来电再见", 90.0),
)
FACTS = {"directory_number": "63012345", "survey_mark": "5"}


def turn(role: Role, text: str, start_s: float) -> Turn:
    """A word a syllable."""
    words = tuple(
        Word(text=sign, start_s=start_s + 0.2 * at, end_s=start_s + 0.2 * (at + 1), confidence=1.0)
        for at, sign in enumerate(text)
    )
    return Turn(role=role, start_s=start_s, end_s=words[-1].end_s, text=text, words=words)


@pytest.fixture
def packs_dir(tmp_path: Path) -> Path:
    """The standard packs with their cases, as a desk's own."""
    return Path(shutil.copytree(STANDARD, tmp_path / "packs"))


@pytest.fixture
def judged(ledger: Ledger) -> JudgedFinding:
    """A call in which somebody rejected what `forbidden-words` found."""
    turns = tuple(turn(*said) for said in SAID)
    conversation = Conversation(
        hotline="114", desk="114", duration_s=95.0, turns=turns, marks=(), facts=dict(FACTS)
    )
    card = judge(conversation, load_packs().for_desk("114", "114"))
    with ledger.transaction() as session:
        calls.add_call(session, call_id="c", hotline="114", caller="13812345678")
        session.flush()
        calls.add_facts(session, "c", FACTS)
        transcript = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=turns)
        judgements.save_scorecard(session, "c", judgements.save_transcript(session, "c", transcript), card)
        kept = judgements.newest_scorecard(session, "c")
        assert kept
        finding = next(one for one in kept.findings if one.rule == "forbidden-words")
        assert finding.id
        assert finding.verdict is Verdict.FAIL
        users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        found = users.find_user(session, "li")
        assert found
        judgements.save_review(session, finding.id, found[0].id, Decision.REJECTED, "是用户自己要求的")
        session.flush()
        return get_judged(session, finding.id)


def test_the_case_is_read_back_and_fails_until_the_rule_is_mended(
    judged: JudgedFinding, packs_dir: Path
) -> None:
    """Only the stretch around the evidence, at its times; the other cases and comments stay as they are."""
    path = packs_dir / "cases" / "forbidden-words.yaml"
    before = f"# 忌语\n{path.read_text(encoding='utf-8')}# 完\n"
    path.write_text(before, encoding="utf-8")
    written = write_case(judged, load_packs(packs_dir), packs_dir, expect=None, why="")
    assert path.read_text(encoding="utf-8").startswith(before)
    (case,) = [one for one in rule_cases(packs_dir / "cases") if one.case == written.case]
    assert (case.expected, written.is_whole) == (Verdict.PASS, False)
    assert [said.text for said in case.conversation.turns] == ["这个您问别人去吧", "好的"]
    gap_s = case.conversation.turns[1].start_s - case.conversation.turns[0].start_s
    assert gap_s == pytest.approx(5.0)
    assert "是用户自己要求的" in path.read_text(encoding="utf-8")
    assert case.conversation.facts == {}  # nothing hangs on them
    assert (written.result.got, written.result.is_right) == (Verdict.FAIL, False)
    assert [one.case for one in run_wrong(packs_dir)] == [written.case]
    with pytest.raises(Conflict, match="has the case finding-"):
        write_case(judged, load_packs(packs_dir), packs_dir, expect=None, why="")


def run_wrong(packs_dir: Path) -> list:  # type: ignore[type-arg]
    """The cases that are not as written."""
    packs: Packs = load_packs(packs_dir)
    return [result for result in run_cases(packs, packs_dir / "cases") if not result.is_right]


def test_a_case_of_the_whole_call_hides_its_secrets_and_keeps_the_facts_that_count(
    judged: JudgedFinding, ledger: Ledger, packs_dir: Path
) -> None:
    """The caller's mobile number is not in it; the number that had to be read out is."""
    with ledger.reading() as session:
        kept = judgements.newest_scorecard(session, "c")
        assert kept
        number = next(one.id for one in kept.findings if one.rule == "number-readback")
        assert number
        readback = get_judged(session, number)
    written = write_case(readback, load_packs(packs_dir), packs_dir, expect=Verdict.FAIL, why="没有报号")
    text = written.path.read_text(encoding="utf-8")
    added = text[text.index(written.case) :]
    assert "幺三八" not in added
    assert "●" in added
    assert 'facts: {directory_number: "63012345"}'.replace('"', "'") in added.replace('"', "'")
    assert "survey_mark" not in added
    assert judged.call.caller not in text


def test_what_nobody_decided_needs_an_expectation(
    judged: JudgedFinding, ledger: Ledger, tmp_path: Path
) -> None:
    """And a finding that is not there is told; a rule without a file gets one."""
    with ledger.reading() as session:
        kept = judgements.newest_scorecard(session, "c")
        assert kept
        closing = next(one.id for one in kept.findings if one.rule == "closing")
        assert closing
        undecided = get_judged(session, closing)
        with pytest.raises(NotFound, match="there is no finding 999"):
            get_judged(session, 999)
    with pytest.raises(SettingsError, match="say with --expect"):
        write_case(undecided, load_packs(), tmp_path, expect=None, why="")
    written = write_case(undecided, load_packs(), tmp_path, expect=Verdict.PASS, why="")
    assert written.path == tmp_path / "cases" / "closing.yaml"
    assert written.result.is_right
    assert [case.rule for case in rule_cases(tmp_path / "cases")] == ["closing"]
