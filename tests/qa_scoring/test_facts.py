"""Comparing the facts of a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.states import Role, Verdict
from tests.qa_scoring.language import said
from tests.qa_scoring.talk import talk

CALL = talk((Role.OPERATOR, "您好"), mark="2", wait="31.5", number="85736290", word="是")
PASS, FAIL, OPEN, OUT = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("name: mark, is: 2", PASS),
        ("name: mark, is: '3'", FAIL),
        ("name: mark, is_not: 3", PASS),
        ("name: mark, one_of: [1, 2]", PASS),
        ("name: mark, one_of: [4, 5]", FAIL),
        ("name: mark, at_least: 2, at_most: 2", PASS),
        ("name: wait, less_than: 31.5", FAIL),
        ("name: wait, more_than: 31.4", PASS),
        ("name: wait, at_most: 30", FAIL),
        ("name: number, matches: '\\d{8}'", PASS),
        ("name: number, matches: '\\d{7}'", FAIL),
        ("name: mark, present: true", PASS),
        ("name: mark, present: false", FAIL),
        ("name: nothing, present: true", FAIL),
        ("name: nothing, present: false", PASS),
        ("name: nothing, is: 1", OUT),
        ("name: nothing, is: 1, missing: fail", FAIL),
        ("name: nothing, at_most: 1, missing: cannot_tell", OPEN),
        ("name: word, at_most: 1", OPEN),
        ("name: word, at_most: 1, is: 否", FAIL),
    ],
)
def test_a_fact_compares(tmp_path: Path, claim: str, verdict: Verdict) -> None:
    """All comparisons of a claim must hold; what is no number cannot be compared with one."""
    finding = said(tmp_path, CALL, f"fact: {{{claim}}}")
    assert finding.verdict is verdict
    assert (finding.evidence is None) is (verdict is OUT)


def test_the_sentence_tells_the_value_and_what_is_asked(tmp_path: Path) -> None:
    """In Chinese, with the fact's title where it is one of the hotline's own."""
    call = talk((Role.OPERATOR, "您好"), queue_wait_s="45")
    finding = said(tmp_path, call, "fact: {name: queue_wait_s, at_most: 30}")
    assert finding.reason == "排队等候秒数为“45”，不符合规定（不大于 30）"


def test_facts_need_nobodys_words(tmp_path: Path) -> None:
    """A call in which nothing was understood still has its facts."""
    assert said(tmp_path, talk((Role.MIXED, ""), mark="5"), "fact: {name: mark, is: 5}").verdict is PASS
