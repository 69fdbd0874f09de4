"""How errors are counted: as jiwer counts, by truth, phrases, numbers and confidence."""

from __future__ import annotations

import jiwer
import pytest
from pypinyin import lazy_pinyin

from bench.transcriber.accuracy import Tally, standard_phrases
from bench.transcriber.counting import compare, letters, numbers_in, spans_of
from bench.transcriber.heard import HeardSide, HeardWord

PAIRS = [
    ("您好，查号台。", "你好查好台"),
    ("请问还有什么可以帮您？", "请问有什么可以帮您吗"),
    ("故障已经登记了", "鼓掌登记了哦"),
    ("再见", ""),
]


def side(*words: tuple[str, float | None], text: str | None = None) -> HeardSide:
    """What was heard of one side."""
    heard = tuple(HeardWord(text=word, confidence=confidence) for word, confidence in words)
    joined = "".join(word for word, _ in words)
    return HeardSide(call="one", side="operator", words=heard, text=joined if text is None else text)


@pytest.mark.parametrize(("truth", "heard"), PAIRS)
def test_errors_are_those_of_jiwer(truth: str, heard: str) -> None:
    """Characters and syllables give the rates that jiwer gives for the same texts."""
    spoken = letters(truth)
    assert compare(truth, heard, "character").wrong == round(jiwer.cer(spoken, heard) * len(spoken))
    words = [" ".join(lazy_pinyin(text)) for text in (spoken, heard)]
    assert compare(truth, heard, "pinyin").wrong == round(jiwer.wer(*words) * len(spoken))


def test_errors_lie_where_they_were_made() -> None:
    """A wrong, a missing and an added syllable each count at their place."""
    compared = compare("请您稍等一下", "请你稍微等下", "character")
    assert compared.errors == (0, 1, 1, 0, 1, 0)
    assert compared.right == (True, False, True, False, True, True)


@pytest.mark.parametrize("heard", ["六三零幺", "六三零一", "6301", "六三洞一"])
def test_a_digit_may_be_written_in_any_manner(heard: str) -> None:
    """A figure, 幺 or 一, 零 or 洞: none of them is an error."""
    for by in ("character", "pinyin"):
        assert compare("六三零幺", heard, by).wrong == 0
        assert all(compare("六三零幺", heard, by).right)


def test_a_homophone_is_wrong_by_character_alone() -> None:
    """鼓掌 sounds like 故障."""
    assert compare("故障", "鼓掌", "character").wrong == 2
    assert compare("故障", "鼓掌", "pinyin").wrong == 0


def test_numbers_are_runs_of_digits_whatever_parts_them() -> None:
    """Commas, spaces and full stops do not part a number; words do."""
    assert numbers_in("请记录，六三零幺，八五二七。") == ["63018527"]
    assert numbers_in("6301 8527，尾号 27") == ["63018527", "27"]


def test_a_number_is_exact_or_it_is_not() -> None:
    """One digit wrong, missing or too many, or one written as another word, and the number is wrong."""
    for heard, exact in (
        ("六三零一八五二七", 1),
        ("63018527", 1),
        ("六三零一八五二", 0),
        ("六三零一八五爱妻", 0),
        ("六三零一八五二七七", 0),
    ):
        tally = Tally()
        tally.add("号码是六三零幺，八五二七", side(("号码是", None), (heard, None)))
        assert (tally.numbers, tally.exact_numbers) == (1, exact)


def test_phrases_are_found_whole_and_only_once() -> None:
    """The longest phrase at a place counts; errors outside of phrases do not."""
    truth = "您好，查号台，请问您要找人"
    assert list(spans_of(["您好", "您好查号台", "查号台"], truth)) == [range(5)]
    tally = Tally()
    tally.add(truth, side(("你好查号台请问你要找门", None)), phrases=["您好查号台"])
    assert (tally.phrase_syllables, tally.phrase_errors) == (5, 1)
    assert tally.pinyin_errors == 3


@pytest.mark.parametrize("hotline", ["114", "112", "180", "10050"])
def test_standard_phrases_are_those_of_the_desks_pack(hotline: str) -> None:
    """Greeting, closing and offer, as the norms spell them."""
    assert {"您好", "再见", "还有什么可以帮您"} <= set(standard_phrases(hotline))
    assert "喂" not in standard_phrases(hotline)


def test_confidence_is_kept_by_tenths_with_what_was_right() -> None:
    """Each heard syllable counts in the tenth of its word's confidence; 1.0 belongs to the highest."""
    tally = Tally()
    tally.add("您好查号台", side(("你好", 0.55), ("查号台", 1.0)))
    assert tally.wrong_at(5) == (1, 2)
    assert tally.wrong_at(9) == (0, 3)
    assert tally.wrong_at(0) == (0, 0)
