"""Spoken values: each is read back by a reader of its own, and sounds as people say it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_config.fields import Language
from sip_config.placeholders import Kind
from sip_config.speech import Speech
from sip_config.spoken import READINGS, Value, fragments_of

_SPEECH = Speech([])
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_ONES.split())}
_WORDS |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


def said(kind: Kind, value: Value, language: Language = "zh") -> str:
    """What is said, written out with the texts of the fragments."""
    library = _SPEECH.fragments(language)
    texts = [library.text(name) or "，" for name in fragments_of(kind, value, language)]
    return (" " if language == "en" else "").join(texts)


def read_section(text: str) -> int:
    """A Chinese number below ten thousand, or one whose leading 一 of 十 was left out."""
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def read_chinese(text: str) -> int:
    """A Chinese number, read from its characters."""
    above, found, below = text.partition("万")
    return read_section(above) * 10_000 + read_section(below) if found else read_section(text)


def read_english(text: str) -> int:
    """An English number, read from its words."""
    total = current = 0
    for word in text.replace("-", " ").split():
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current *= 100
        else:
            total += current * _SCALES[word]
            current = 0
    return total + current


@given(value=st.integers(0, 99_999_999))
def test_every_number_is_read_back(value: int) -> None:
    """What is said of a number means that number, in both languages and before measure words too."""
    assert read_chinese(said("number", value)) == value
    assert read_chinese(said("count", value)) == value
    assert read_english(said("number", value, "en")) == value


@given(value=st.integers(1, 9999))
def test_zeros_are_said_where_places_are_left_out(value: int) -> None:
    """One 零 for each gap within the number, none at its end, and 一十 only after something."""
    text = said("number", value)
    assert ("零" in text) == ("0" in str(value).rstrip("0"))
    assert text.count("零") <= 1
    assert not text.endswith("零")
    assert not text.startswith("一十")


@given(text=st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_telephone_numbers_are_said_digit_by_digit(text: str) -> None:
    """Nothing is lost or added, one is 幺, and no group is longer than five digits."""
    spoken = said("digits", text)
    bare = spoken.removeprefix("加").replace("，", "")
    assert "".join(str(_DIGITS[character]) for character in bare) == text.removeprefix("+")
    assert "一" not in spoken
    assert max(len(group) for group in spoken.removeprefix("加").split("，")) <= 5


@given(fen=st.integers(0, 9_999_999))
def test_amounts_are_read_back(fen: int) -> None:
    """Yuan, jiao and fen together are the amount."""
    text = said("amount", str(Decimal(fen) / 100))
    yuan, found, rest = text.partition("元")
    total = read_chinese(yuan) * 100 if found else 0
    jiao, has_jiao, below = (rest if found else text).partition("角")
    total += read_section(jiao) * 10 if has_jiao else 0
    left = (below if has_jiao else jiao).removesuffix("分")
    assert total + (read_section(left) if left else 0) == fen


@pytest.mark.parametrize(
    ("kind", "value", "chinese", "english"),
    [
        ("digits", "114", "幺幺四", "one one four"),
        ("digits", "63012345", "六三零幺，二三四五", "six three zero one ， two three four five"),
        ("digits", "13800000001", "幺三八，零零零零，零零零幺", None),
        ("count", 2, "两", "two"),
        ("count", 12, "十二", "twelve"),
        ("count", 105, "一百零五", "one hundred five"),
        ("number", 2, "二", "two"),
        ("number", 0, "零", "zero"),
        ("number", 110, "一百一十", "one hundred ten"),
        ("number", 1005, "一千零五", "one thousand five"),
        ("number", 2222, "两千二百二十二", None),
        ("number", 10050, "一万零五十", "ten thousand fifty"),
        ("number", 20000, "两万", "twenty thousand"),
        ("number", 150_000, "十五万", None),
        ("number", 10_000_001, "一千万零一", None),
        ("number", 200_000_000, "两亿", "two hundred million"),
        ("number", 100_015_000, "一亿零一万五千", None),
        ("date", "2026-11-24", "二零二六年十一月二十四日", "November twenty-fourth twenty twenty six"),
        ("date", "1998-03-01", "一九九八年三月一日", "March first nineteen ninety eight"),
        ("date", "2005-01-02", "二零零五年一月二日", "January second two thousand five"),
        ("time", "08:30", "上午八点半", "eight thirty a.m."),
        ("time", "15:05", "下午三点零五分", "three oh five p.m."),
        ("time", "00:00", "凌晨零点", "twelve a.m."),
        ("time", "12:45", "中午十二点四十五分", "twelve forty five p.m."),
        ("time", "2026-11-24T20:00+08:00", "晚上八点", "eight p.m."),
        ("amount", "12.05", "十二元零五分", "twelve yuan and five fen"),
        ("amount", "12.50", "十二元五角", "twelve yuan and fifty fen"),
        ("amount", "0.5", "五角", "fifty fen"),
        ("amount", 2, "两元", "two yuan"),
        ("amount", 0, "零元", "zero yuan"),
        ("minutes", 2, "两分钟", "two minutes"),
        ("minutes", 1, "一分钟", "one minute"),
        ("minutes", 0, "一分钟", "one minute"),
        ("minutes", 25, "二十五分钟", "twenty five minutes"),
    ],
)
def test_values_as_people_say_them(kind: Kind, value: Value, chinese: str, english: str | None) -> None:
    """The cases that a naive reading gets wrong."""
    assert said(kind, value) == chinese
    if english:
        assert said(kind, value, "en") == english


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("digits", "12a"),
        ("digits", ""),
        ("digits", "１２"),
        ("number", -1),
        ("count", 10**12),
        ("date", "24.11.2026"),
        ("time", "25:00"),
        ("amount", "-1"),
        ("amount", "much"),
        ("amount", "NaN"),
    ],
)
def test_what_cannot_be_read_out_is_refused(kind: Kind, value: Value) -> None:
    """A value of another sort raises ValueError instead of being said wrongly."""
    for language in READINGS:
        with pytest.raises(ValueError, match=r"."):
            fragments_of(kind, value, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fragment_has_its_audio(language: Language) -> None:
    """Whatever a reading asks for is there to be played: days, hours, sums and years of a lifetime."""
    library = _SPEECH.fragments(language)
    values: list[tuple[Kind, Value]] = [("number", value) for value in range(1200)]
    values += [
        ("number", value) for value in (5000, 80_000, 990_000, 12_345_678, 300_000_000, 999_999_999_999)
    ]
    values += [("count", 2), ("digits", "+0123456789")]
    values += [
        ("date", f"{year}-{month:02}-{day:02}")
        for year in (1949, 2000, 2026)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    values += [("date", "2026-01-29"), ("date", "2026-01-30"), ("date", "2040-01-31")]
    values += [("time", f"{hour:02}:{minute:02}") for hour in range(24) for minute in range(60)]
    values += [("amount", str(Decimal(fen) / 100)) for fen in range(0, 3000, 7)] + [
        ("minutes", value) for value in range(90)
    ]
    needed = {name for kind, value in values for name in fragments_of(kind, value, language)}
    assert all(library.path(name).is_file() for name in needed)
