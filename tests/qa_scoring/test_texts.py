"""Regular expressions over what was recognised, and turns that are like an example."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ledger.errors import BadPack
from ledger.records import Turn, Word
from ledger.states import Role, Verdict
from qa_scoring.rules.regex import written_of
from qa_scoring.rules.similar import likeness
from tests.qa_scoring.language import pack_of, said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL
CALL = talk((OPERATOR, "每月二十八元。"), (CALLER, "ＶＩＰ 卡呢"), (OPERATOR, "六八元，请等1下"))


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("regex: {pattern: '68元'}", PASS),
        ("regex: {pattern: '2十8元$'}", PASS),
        ("regex: {pattern: '^68元请等1下$'}", PASS),
        ("regex: {pattern: '元，'}", FAIL),
        ("who: caller, regex: {pattern: vip卡}", PASS),
        ("regex: {pattern: 元, times: {at_least: 2}}", PASS),
        ("regex: {pattern: 元, times: {at_most: 1}}", FAIL),
        ("where: {first_turns: 1}, regex: {pattern: '68'}", FAIL),
        ("regex: {pattern: 元6}", FAIL),
    ],
)
def test_a_pattern_sees_normalised_turns(tmp_path: Path, body: str, verdict: Verdict) -> None:
    """Figures for digits, plain signs, no punctuation; a turn at a time, within the window."""
    finding = said(tmp_path, CALL, body)
    assert finding.verdict is verdict, finding.reason


def test_a_match_has_the_time_of_its_words() -> None:
    """Signs share the time of the word in which they stand."""
    words = (
        Word(text="每月", start_s=1.0, end_s=2.0, confidence=1.0),
        Word(text="八元", start_s=4.0, end_s=5.0, confidence=1.0),
    )
    written = written_of([Turn(role=OPERATOR, start_s=1.0, end_s=5.0, text="每月，八元", words=words)])
    assert written.text == "每月8元"
    assert (written.starts_s[2], written.ends_s[3]) == (4.0, 5.0)


def test_a_pattern_that_explodes_is_given_up(tmp_path: Path) -> None:
    """It cannot be told, within a second, and takes nothing off."""
    call = talk((OPERATOR, "啊" * 40 + "好"))
    started = time.monotonic()
    finding = said(tmp_path, call, "regex: {pattern: '(啊|啊啊|啊+)+$'}")
    assert finding.verdict is OPEN
    assert "用时过长" in finding.reason
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize(
    ("pattern", "told"),
    [("'[元'", "is no regular expression"), ("'元*'", "also matches nothing at all"), ("'(元'", "missing )")],
)
def test_a_bad_pattern_is_refused_with_its_line(tmp_path: Path, pattern: str, told: str) -> None:
    """When the pack is read."""
    with pytest.raises(BadPack) as caught:
        pack_of(tmp_path, rule=f"regex: {{pattern: {pattern}}}")
    assert "common.yaml:6: rules.0.regex.pattern" in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ("您先别着急我马上给您处理", "那您要查哪个单位"),
        ("嗯您呢别着急我马上帮您处理啊", "您别着急"),
        ("您别着急我麻上帮您处里", "我马上处理您别着急"),
    ],
)
def test_a_turn_is_like_an_example_by_its_syllables(nearer: str, farther: str) -> None:
    """Sounds in their order, fillers aside; homophones and usual confusions are the same sound."""
    example = "您别着急我马上帮您处理"
    assert likeness(example, farther) < likeness(example, nearer)
    assert likeness(example, "您别着急我马上帮您储理") > 0.9
    assert likeness(example, example) == 1.0


def test_a_turn_that_is_nearly_like_an_example_cannot_be_told(tmp_path: Path) -> None:
    """A little below what is needed a monitor has to listen."""
    call = talk((OPERATOR, "您别着急我马上给您看看"))
    found = likeness("您别着急我马上帮您处理", "您别着急我马上给您看看")
    body = "similar: {{examples: [您别着急我马上帮您处理], likeness: {:.3f}}}"
    assert said(tmp_path, call, body.format(found - 0.001)).verdict is PASS
    assert said(tmp_path, call, body.format(found + 0.01)).verdict is OPEN
    assert said(tmp_path, call, body.format(found + 0.1)).verdict is FAIL
