"""Values in Chinese, as the fragments that they are spoken with. Pure functions.

What a speaker says in one breath is one fragment: `n-25` is 二十五, `month-11` is 十一月. Two is 两 before a
measure word, 千, 万 and 亿. In telephone numbers one is 幺 (`d-1`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

MOST = 999_999_999_999
PAUSE = "pause"  # between groups of digits
EXTENSION = "x"  # in a telephone number, before the digits of an extension (分机)
_GROUPS = {
    6: (3, 3),
    7: (3, 4),
    8: (4, 4),
    9: (3, 3, 3),
    10: (3, 3, 4),
    11: (3, 4, 4),
}  # digits: as people say
_WHOLE_YEARS = range(2025, 2035)  # rendered as one fragment each, e.g. 二零二六年
_PARTS_OF_DAY = ((6, "night"), (12, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


def digits(text: str) -> Iterator[str]:
    """A telephone number, digit by digit, in groups with short pauses. It may begin with '+'.

    An extension follows an `x`: 63012345x102 is 六三零幺二三四五, 转幺零二.
    """
    yield from telephone(text, "d")


def telephone(text: str, digit: str) -> Iterator[str]:
    """The same with the digits of another language: `digit` begins the names of their fragments."""
    number, _, extension = text.partition(EXTENSION)
    if number.startswith("+"):
        yield "plus"
    for place, group in enumerate(grouped(number.removeprefix("+"))):
        if place:
            yield PAUSE
        yield from (f"{digit}-{each}" for each in group)
    if extension:
        yield from (PAUSE, "extension", *(f"{digit}-{each}" for each in extension))


def grouped(text: str) -> Iterator[str]:
    """A telephone number in groups; fewer than six digits stay together."""
    fours = (4,) * (len(text) // 4) + ((len(text) % 4,) if len(text) % 4 else ())
    sizes = _GROUPS.get(len(text), fours if len(text) > 11 else (len(text),))
    start = 0
    for size in sizes:
        yield text[start : start + size]
        start += size


def number(value: int) -> Iterator[str]:
    """A whole number, e.g. 10050: 一万零五十."""
    hundred_millions, rest = divmod(value, 100_000_000)
    ten_thousands, ones = divmod(rest, 10_000)
    if hundred_millions:
        yield from _many(hundred_millions, "yi")
    if ten_thousands:
        yield from _zero_before(ten_thousands, after=hundred_millions)
        yield from _many(ten_thousands, "wan", leading=not hundred_millions)
    if ones or not value:
        yield from _zero_before(ones, after=hundred_millions or ten_thousands, gap=not ten_thousands)
        yield from _below_ten_thousand(ones, leading=value == ones)


def count(value: int) -> Iterator[str]:
    """A number before a measure word: two is 两."""
    yield from ["liang"] if value == 2 else number(value)


def day(value: date) -> Iterator[str]:
    """A date: the year digit by digit, e.g. 二零二六年十一月二十四日."""
    if value.year in _WHOLE_YEARS:
        yield f"year-{value.year}"
    else:
        yield from (*(f"n-{digit}" for digit in str(value.year)), "year")
    yield from (f"month-{value.month}", f"day-{value.day}")


def clock(value: time) -> Iterator[str]:
    """A time of day, e.g. 上午八点半, 下午三点零五分."""
    yield next(part for until, part in _PARTS_OF_DAY if value.hour < until)
    yield f"hour-{value.hour if value.hour <= 12 else value.hour - 12}"
    if value.minute == 30:
        yield "half"
    elif 0 < value.minute < 10:
        yield f"zero-fen-{value.minute}"
    elif value.minute:
        yield from (f"n-{value.minute}", "fen")


def minutes(value: int) -> Iterator[str]:
    """A span of time, e.g. 两分钟."""
    yield from [f"minutes-{value}"] if value <= 10 else (*number(value), "minutes")


def amount(value: Decimal) -> Iterator[str]:
    """Money: 元, 角 and 分, e.g. 十二元零五分."""
    yuan, fen = divmod(int(value * 100), 100)
    jiao, fen = divmod(fen, 10)
    if yuan or not (jiao or fen):
        yield from [f"yuan-{yuan}"] if yuan < 10 else (*number(yuan), "yuan")
    if jiao:
        yield f"jiao-{jiao}"
    if fen:
        yield f"zero-fen-{fen}" if yuan and not jiao else f"fen-{fen}"


def _many(value: int, unit: str, *, leading: bool = True) -> Iterator[str]:
    """So many ten thousands (万) or hundred millions (亿)."""
    if unit == "wan" and value < 10:
        yield f"n-{value}0000"
    elif value == 2:
        yield from ("liang", unit)
    else:
        yield from (*_below_ten_thousand(value, leading=leading), unit)


def _zero_before(value: int, *, after: int, gap: bool = False) -> Iterator[str]:
    """零 where places are left out between what was said and what comes."""
    if after and value and (value < 1000 or gap):
        yield "n-0"


def _below_ten_thousand(value: int, *, leading: bool) -> Iterator[str]:
    thousands, hundreds, ones = value // 1000, value // 100 % 10, value % 100
    if thousands:
        yield f"n-{thousands}000"
    if hundreds:
        yield f"n-{hundreds}00"
    if ones and ((hundreds and ones < 10) or (thousands and not hundreds)):
        yield "n-0"
    if ones or not value:
        first = leading and value < 100
        yield f"n-{ones}" if first or not 10 <= ones < 20 else f"one-{ones}"
