"""`say`: all, any or some of what is asked, in order, near each other, so often."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.states import Role, Verdict
from tests.qa_scoring.language import said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL
CALL = talk(
    (OPERATOR, "您好请问查哪里"),
    (CALLER, "人民医院请稍等"),
    (OPERATOR, "请稍等请稍等号码请记录"),
    (CALLER, "好的"),
    (OPERATOR, "感谢来电再见"),
)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("all: [您好, 再见]", PASS),
        ("all: [您好, 有完没完]", FAIL),
        ("any: [有完没完, 再见]", PASS),
        ("any: [有完没完, 不归我管]", FAIL),
        ("at_least: 2, of: [您好, 不归我管, 再见]", PASS),
        ("at_least: 2, of: [您好, 不归我管, 有完没完]", FAIL),
        ("all: [您好, 请记录, 再见], in_order: true", PASS),
        ("all: [再见, 您好], in_order: true", FAIL),
        ("at_least: 2, of: [再见, 您好, 请记录], in_order: true", PASS),
        ("all: [请记录, 再见], near: {seconds: 5}", PASS),
        ("all: [您好, 再见], near: {seconds: 5}", FAIL),
        ("all: [请稍等, 请记录], near: {turns: 1}", PASS),
        ("all: [请记录, 再见], near: {turns: 1}", FAIL),
        ("all: [请记录, 再见], near: {turns: 2}, in_order: true", PASS),
        ("all: [再见, 请记录], near: {turns: 2}, in_order: true", FAIL),
        ("any: [请稍等], times: {at_least: 2}", PASS),
        ("any: [请稍等], times: {at_least: 3}", FAIL),
        ("any: [请稍等], times: {at_most: 1}", FAIL),
        ("any: [请稍等], times: {at_least: 2, at_most: 2}", PASS),
        ("any: [有完没完], times: {at_most: 0}", PASS),
        ("any: [请稍等, 请记录], times: {at_least: 3}", PASS),
        ("all: [{title: 请等, any: [请稍等], times: {at_most: 1}}, 再见]", FAIL),
        ("all: [{title: 请等, any: [请稍等], times: {at_least: 2}}, 再见]", PASS),
    ],
)
def test_what_must_be_said(tmp_path: Path, claim: str, verdict: Verdict) -> None:
    """Only the speaker's own words count, each saying once."""
    finding = said(tmp_path, CALL, f"say: {{{claim}}}")
    assert finding.verdict is verdict, finding.reason
    assert finding.evidence is not None


def test_either_speakers_words_count_together(tmp_path: Path) -> None:
    """With `who: any` a saying of the caller is one more."""
    body = "who: any, say: {any: [请稍等], times: {at_least: 3}}"
    finding = said(tmp_path, CALL, body)
    assert finding.verdict is PASS
    assert len(finding.more) == 2


def test_a_count_with_a_doubtful_saying_is_open(tmp_path: Path) -> None:
    """Where one saying more or less decides, and it may have been another phrase, it cannot be told."""
    call = talk((OPERATOR, "感谢您的来电再见"), (CALLER, "好"), (OPERATOR, "感谢您的来多再见"))
    phrase = "{text: 感谢您的来电, likeness: 0.95}"
    assert said(tmp_path, call, f"say: {{any: [{phrase}], times: {{at_least: 1}}}}").verdict is PASS
    assert said(tmp_path, call, f"say: {{any: [{phrase}], times: {{at_least: 2}}}}").verdict is OPEN
    assert said(tmp_path, call, f"say: {{any: [{phrase}], times: {{at_most: 1}}}}").verdict is OPEN


def test_the_sentence_tells_what_is_wrong(tmp_path: Path) -> None:
    """What is missing of how many, the order that was asked, how often it was said."""
    some = said(tmp_path, CALL, "say: {at_least: 2, of: [您好, 不归我管, 有完没完]}")
    assert "（3项中至少2项）" in some.reason
    ordered = said(tmp_path, CALL, "say: {all: [再见, 您好], in_order: true}")
    assert "没有按“再见、您好”的顺序" in ordered.reason
    far = said(tmp_path, CALL, "say: {all: [您好, 再见], near: {seconds: 5}}")
    assert "没有相隔不超过5秒" in far.reason
    often = said(tmp_path, CALL, "say: {any: [请稍等], times: {at_most: 1}}")
    assert "说了2次（要求至多1次）" in often.reason
