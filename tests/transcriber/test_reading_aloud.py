"""Words to readable text: figures, punctuation, no blanks."""

from __future__ import annotations

import pytest

from ledger.records import Word
from transcriber.reading import join_words, read


def said(*words: str, pauses: dict[int, float] | None = None) -> list[Word]:
    """Words of a fifth of a second each, with pauses before some."""
    heard, at_s = [], 1.0
    for place, text in enumerate(words):
        at_s += (pauses or {}).get(place, 0.0)
        heard.append(Word(text=text, start_s=at_s, end_s=at_s + 0.2, confidence=1.0))
        at_s += 0.2
    return heard


def test_a_read_out_number_is_written_in_figures() -> None:
    """Digit by digit, 幺 is 1, 两 is 2, 洞 is 0; a pause within the number parts nothing."""
    words = said("号码", "是", *"六三洞幺", *"两三四五", pauses={6: 0.5})
    assert read(words) == "号码是63012345。"


def test_a_word_of_several_digits_belongs_to_the_number() -> None:
    """The recogniser knows 一一四 and 零零七 as words."""
    assert read(said("您好", "一一四")) == "您好114。"


@pytest.mark.parametrize("words", [("一", "个"), ("等", "一二", "天"), ("八", "点")])
def test_few_digits_stay_words(words: tuple[str, ...]) -> None:
    """Counting is no read-out number."""
    assert read(said(*words)) == "".join(words) + "。"


def test_a_pause_is_a_comma() -> None:
    """A breath between words is seen; without one there is no sign and no blank."""
    assert read(said("您好", "客服", "中心", pauses={1: 0.3})) == "您好，客服中心。"


@pytest.mark.parametrize("text", ["还 要 查 别的 吗", "请问 您 查 哪里", "一共 多少"])
def test_a_question_ends_as_one(text: str) -> None:
    """By its last word, or by how its last part begins."""
    assert read(said(*text.split())).endswith("？")


def test_other_languages_get_no_chinese_signs() -> None:
    """English words are parted by blanks, nothing else."""
    assert read(said("hello", "world")) == "hello world"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["查", "医院"], "查医院"),
        (["用", "adsl", "上网"], "用adsl上网"),
        (["hello", "world"], "hello world"),
        ([], ""),
    ],
)
def test_only_latin_words_are_spaced(words: list[str], text: str) -> None:
    """Chinese is written without spaces; two Latin words keep one."""
    assert join_words(words) == text
