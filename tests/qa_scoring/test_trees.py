"""Rules that combine checks: verdict, sentence, evidence; and conditions under which a rule applies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.records import Turn, Word
from ledger.states import Clearness, Role, Verdict
from qa_scoring import Conversation
from tests.qa_scoring.language import said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER, MIXED = Role.OPERATOR, Role.CALLER, Role.MIXED
CALL = talk((OPERATOR, "您好请问查哪里"), (CALLER, "人民医院"), (OPERATOR, "请稍等"), waits="40", mark="5")
HELLO, BYE = "{say: {any: [您好]}}", "{say: {any: [再见]}}"
NO_SUCH_FACT = "{fact: {name: nothing, is: x}}"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (f"all_of: [{HELLO}, {BYE}]", Verdict.FAIL),
        (f"any_of: [{HELLO}, {BYE}]", Verdict.PASS),
        (f"not: {BYE}", Verdict.PASS),
        (f"not: {HELLO}", Verdict.FAIL),
        (f"if: {HELLO}, then: {BYE}", Verdict.FAIL),
        (f"if: {BYE}, then: {HELLO}", Verdict.NOT_APPLICABLE),
        (f"if: {HELLO}, then: {{not: {BYE}}}", Verdict.PASS),
        (f"all_of: [{NO_SUCH_FACT}, {HELLO}]", Verdict.PASS),
        (f"all_of: [{NO_SUCH_FACT}]", Verdict.NOT_APPLICABLE),
        (f"any_of: [{{not: {{any_of: [{BYE}, {{not: {HELLO}}}]}}}}]", Verdict.PASS),
    ],
)
def test_a_tree_is_judged_by_its_leaves(tmp_path: Path, body: str, verdict: Verdict) -> None:
    """And, or, not and if in any depth; what fails has evidence."""
    finding = said(tmp_path, CALL, body)
    assert finding.verdict is verdict
    assert finding.reason
    if verdict is Verdict.FAIL:
        assert finding.evidence is not None


def test_the_sentence_is_of_what_decided(tmp_path: Path) -> None:
    """A failed `all_of` tells what failed and not what passed; its evidence is that child's."""
    finding = said(tmp_path, CALL, f"all_of: [{HELLO}, {BYE}]")
    assert "再见" in finding.reason
    assert "您好" not in finding.reason.split("最接近")[0]
    broken = said(tmp_path, CALL, f"not: {HELLO}")
    assert broken.evidence is not None
    assert (broken.evidence.text, broken.evidence.phrase) == ("您好", "您好")


def test_a_rules_own_sentence_may_tell_why(tmp_path: Path) -> None:
    """`reasons` of a tree may name {why}."""
    body = f"all_of: [{BYE}], reasons: {{fail: '不合规：{{why}}'}}"
    assert said(tmp_path, CALL, body).reason.startswith("不合规：全程未听到再见")


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        ("{fact: {name: waits, more_than: 30}}", Verdict.FAIL),
        ("{fact: {name: waits, more_than: 60}}", Verdict.NOT_APPLICABLE),
        ("{fact: {name: nothing, is: x}}", Verdict.NOT_APPLICABLE),
        ("{fact: {name: mark, matches: '[a-z]+', missing: cannot_tell}}", Verdict.NOT_APPLICABLE),
        ("{fact: {name: nothing, is: x, missing: cannot_tell}}", Verdict.CANNOT_TELL),
    ],
)
def test_a_rule_applies_when_its_condition_holds(tmp_path: Path, when: str, verdict: Verdict) -> None:
    """Where `when` does not hold the rule does not apply, and its sentence says so."""
    finding = said(tmp_path, CALL, f"when: {when}, say: {{any: [再见]}}")
    assert finding.verdict is verdict
    assert finding.points == (10.0 if verdict is Verdict.FAIL else 0.0)
    if verdict is Verdict.NOT_APPLICABLE:
        assert finding.reason.startswith("条件不成立，本项不适用")


def test_a_node_may_look_at_somebody_else(tmp_path: Path) -> None:
    """`who` and `where` of a node take the place of the rule's, for it and all below it."""
    body = "all_of: [{say: {any: [您好]}}, {who: caller, say: {any: [人民医院]}}]"
    assert said(tmp_path, CALL, body).verdict is Verdict.PASS
    below = "who: caller, any_of: [{all_of: [{say: {any: [人民医院]}}]}]"
    assert said(tmp_path, CALL, below).verdict is Verdict.PASS
    narrow = "where: {first_turns: 1}, all_of: [{say: {any: [请稍等]}}]"
    assert said(tmp_path, CALL, narrow).verdict is Verdict.FAIL
    wider = "where: {first_turns: 1}, all_of: [{where: {last_turns: 1}, say: {any: [请稍等]}}]"
    assert said(tmp_path, CALL, wider).verdict is Verdict.PASS


def heard(clearness: Clearness | None) -> Conversation:
    """A greeting of which each word is so clear."""
    words = (
        Word(text="您好", start_s=1.0, end_s=2.0, confidence=1.0, clearness=clearness),
        Word(text="请问", start_s=2.0, end_s=3.0, confidence=1.0, clearness=clearness),
    )
    turn = Turn(role=OPERATOR, start_s=1.0, end_s=3.0, text="您好请问", words=words)
    return replace(talk(), turns=(turn,), duration_s=5.0)


@pytest.mark.parametrize(
    ("clearness", "verdict"),
    [
        (Clearness.UNUSABLE, Verdict.CANNOT_TELL),
        (Clearness.DOUBTFUL, Verdict.FAIL),
        (Clearness.CLEAR, Verdict.FAIL),
        (None, Verdict.FAIL),
    ],
)
@pytest.mark.parametrize(
    "body", ["say: {any: [再见]}", "never_say: {any: [您好]}", "regex: {pattern: 再见}", f"not: {HELLO}"]
)
def test_nothing_is_held_against_anybody_where_the_recording_bears_no_judgement(
    tmp_path: Path, body: str, clearness: Clearness | None, verdict: Verdict
) -> None:
    """A fail that rests on an unusable stretch cannot be told; the evidence says how it sounds."""
    finding = said(tmp_path, heard(clearness), body)
    assert finding.verdict is verdict
    assert finding.evidence is not None
    assert finding.evidence.sound == (clearness or "")


def test_anybody_can_be_heard_in_one_channel_for_both(tmp_path: Path) -> None:
    """`who: any` needs no roles: what was said can be told although not by whom."""
    mixed = talk((MIXED, "您好请问查哪里人民医院"))
    assert said(tmp_path, mixed, "who: any, say: {any: [人民医院]}").verdict is Verdict.PASS
    assert said(tmp_path, mixed, "say: {any: [人民医院]}").verdict is Verdict.CANNOT_TELL
    assert said(tmp_path, CALL, "who: any, say: {any: [人民医院]}").verdict is Verdict.PASS
