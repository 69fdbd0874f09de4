"""Sentences that nobody listed are told by what they share with harsh and plain examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadPack
from ledger.records import Turn, Word
from ledger.states import Clearness, Role, Verdict
from qa_scoring import load_packs
from qa_scoring.explaining import explain
from qa_scoring.syllables import syllables_of
from qa_scoring.tone import MOST_SHOWN, tone_book
from tests.qa_scoring.language import said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
HARSH = tuple(f"你自己不会{verb}啊" for verb in "查找问看听记说写打修装换拔插开关等想走跑")
PLAIN = tuple(f"我帮您{verb}一下" for verb in "查找问看听记说写打修装换拔插开关等想走跑")
TONE = f"tone: {{harsh: [{', '.join(HARSH)}], plain: [{', '.join(PLAIN)}]}}"
RULE = f"never_say: {{any: [有完没完], {TONE}}}"
BOOK = tone_book(HARSH, PLAIN)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("你自己不会算啊", Verdict.FAIL),  # no example has 算
        ("泥字几不回算啊", Verdict.FAIL),  # as a recogniser might write it
        ("我帮您算一下", Verdict.PASS),
        ("有完没完", Verdict.FAIL),
        ("好", Verdict.PASS),
    ],
)
def test_a_turn_is_judged_by_what_it_shares(tmp_path: Path, sentence: str, verdict: Verdict) -> None:
    """By sound; listed phrases count as before."""
    finding = said(tmp_path, talk((OPERATOR, sentence), (CALLER, "好")), RULE)
    assert finding.verdict is verdict, finding.reason


def test_the_reason_tells_the_example_and_the_words_that_weigh(tmp_path: Path) -> None:
    """So that an operator who appeals knows what is meant."""
    finding = said(tmp_path, talk((OPERATOR, "你自己不会算啊"), (CALLER, "好")), RULE)
    assert finding.reason.startswith("话语生硬或推诿：“你自己不会算啊”（同类例句：“你自己不会")
    assert finding.evidence is not None
    assert finding.evidence.text == "你自己不会算啊"
    assert finding.evidence.phrase in HARSH


@pytest.mark.parametrize(
    ("confidence", "verdict"), [(0.95, Verdict.FAIL), (0.8, Verdict.CANNOT_TELL), (0.5, Verdict.PASS)]
)
def test_what_was_hardly_understood_is_held_against_nobody(
    tmp_path: Path, confidence: float, verdict: Verdict
) -> None:
    """Half understood it is for somebody to listen to; guessed words say nothing."""
    call = talk((OPERATOR, "你自己不会算啊"), (CALLER, "好"))
    unsure = replace(call, turns=tuple(_with_confidence(turn, confidence) for turn in call.turns))
    assert said(tmp_path, unsure, RULE).verdict is verdict


def _with_confidence(turn: Turn, confidence: float) -> Turn:
    word = Word(
        text=turn.text,
        start_s=turn.start_s,
        end_s=turn.end_s,
        confidence=confidence,
        clearness=Clearness.CLEAR,
    )
    return replace(turn, words=(word,))


def test_the_caller_may_say_what_they_like(tmp_path: Path) -> None:
    """The norm is the operator's."""
    finding = said(tmp_path, talk((OPERATOR, "我帮您算一下"), (CALLER, "你自己不会算啊")), RULE)
    assert finding.verdict is Verdict.PASS


def test_a_pack_needs_examples_enough_and_bounds_in_order(tmp_path: Path) -> None:
    """Of three sentences nothing can be learnt."""
    call = talk((OPERATOR, "好"))
    with pytest.raises(BadPack, match=r"tone\.harsh: .*at least 20"):
        said(tmp_path, call, "never_say: {any: [有完没完], tone: {harsh: [滚], plain: [好的]}}")
    with pytest.raises(BadPack, match="doubtful must not be more than sure"):
        said(tmp_path, call, RULE.replace("tone: {", "tone: {doubtful: 3, "))


@given(st.text(alphabet="你我您帮自己不会查一下啊好的", max_size=12))
def test_the_order_of_examples_means_nothing(text: str) -> None:
    """The same weights, and at most so many runs to show; no text has a tone without a shared run."""
    syllables = syllables_of(text)
    tone = BOOK.tone_of(syllables)
    other = tone_book(HARSH[::-1], PLAIN[::-1]).tone_of(syllables)
    assert tone == pytest.approx(other)
    assert len(BOOK.heaviest(syllables)) <= MOST_SHOWN
    assert tone == pytest.approx(-tone_book(PLAIN, HARSH).tone_of(syllables))


def test_explain_tells_the_sentence_and_not_all_examples() -> None:
    """What decided is shown; a thousand sentences are not."""
    pack = load_packs().for_desk("114", "114")
    told = explain(
        talk((OPERATOR, "您好一一四"), (CALLER, "查号"), (OPERATOR, "懒得给你查")), pack, "forbidden-words"
    )
    assert "harsh" not in str(told["check"])
    assert "懒得给你查" in str(told["check"])
