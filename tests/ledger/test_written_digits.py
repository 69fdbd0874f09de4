"""A text with figures over words with characters: hidden, masked and searched as one and the same number."""

from __future__ import annotations

from ledger.masks import Span, mask_turn
from ledger.records import Evidence, Finding, Turn, Word
from ledger.redaction.finding import find_secrets
from ledger.redaction.hiding import Veil
from ledger.search import EXACT, Wanted
from ledger.states import Role, Verdict
from transcriber.turns import group_turns

SPOKEN = "幺三八零零幺三八零零零"


def told() -> Turn:
    """A caller tells a mobile number, a word each 0.3 s."""
    said = ["我的", "电话", "是", *SPOKEN, "谢谢"]
    words = [
        Word(text=text, start_s=0.3 * at, end_s=0.3 * at + 0.3, confidence=1.0)
        for at, text in enumerate(said)
    ]
    (turn,) = group_turns(words, Role.CALLER)
    assert turn.text == "我的电话是13800138000谢谢。"
    return turn


def test_what_quotes_the_words_is_hidden_too() -> None:
    """Evidence has the recognised words, the text its figures; neither tells three digits."""
    veil = Veil.of([told()], find_secrets([told()], ""))
    evidence = Evidence(start_s=0.6, end_s=4.5, text=f"是{SPOKEN}谢谢", likeness=0.9)
    finding = Finding(rule="x", verdict=Verdict.FAIL, evidence=evidence, reason="听到13800138000", points=1.0)
    hidden = veil.over_finding(finding)
    assert hidden.evidence is not None
    assert hidden.evidence.text == f"是{'●' * 11}谢谢"
    assert hidden.reason == f"听到{'●' * 11}"
    assert veil.over_turns([told()])[0].text == f"我的电话是{'●' * 11}谢谢。"


def test_a_mask_hides_the_figures_of_its_span_alone() -> None:
    """The last four digits were not in the span."""
    masked = mask_turn(told(), [Span(start_s=0.9, end_s=2.95)])
    assert masked.text == f"我的电话是{'＊' * 7}8000谢谢。"


def test_a_number_is_found_in_either_writing() -> None:
    """Whoever types characters means the figures."""
    for typed in (SPOKEN[:8], "13800138"):
        assert Wanted.of(typed).fits(told().text) == EXACT
