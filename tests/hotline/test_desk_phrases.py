"""What of the norms the recogniser is told to expect."""

from __future__ import annotations

from hotline.judging import desk_phrases
from qa_scoring import load_packs


def test_the_recogniser_is_told_what_should_be_said_and_nothing_that_must_not() -> None:
    """Greetings and notices of every desk are among them; forbidden words get no help to be found."""
    phrases = desk_phrases(load_packs(None))
    assert {"很高兴为您服务", "您好查号台", "不好意思让您久等"} <= set(phrases)
    assert not {"你自己看着办", "我哪里知道", "刚才不是说过了吗"} & set(phrases)


def test_phrases_are_chinese_words_alone() -> None:
    """No blanks, signs of spelling or single characters; the same order in every run."""
    phrases = desk_phrases(load_packs(None))
    assert all(len(phrase) >= 2 and phrase.isalpha() for phrase in phrases)
    assert list(phrases) == sorted(set(phrases))
