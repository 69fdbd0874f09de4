"""Values in English, as the fragments that they are spoken with. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from sip_config.spoken_zh import telephone

_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"))


def digits(text: str) -> Iterator[str]:
    """A telephone number, digit by digit, in groups with short pauses; see `spoken_zh.digits`."""
    yield from telephone(text, "n")


def number(value: int) -> Iterator[str]:
    """A whole number, e.g. ten thousand fifty."""
    rest = value
    for scale, name in _SCALES:
        if rest >= scale:
            yield from (*number(rest // scale), name)
            rest %= scale
    if rest or not value:
        yield from _below_hundred(rest)


def day(value: date) -> Iterator[str]:
    """A date, e.g. November twenty-fourth, twenty twenty-six."""
    yield from (f"month-{value.month}", f"day-{value.day}", *_year(value.year))


def clock(value: time) -> Iterator[str]:
    """A time of day, e.g. eight thirty a.m., three oh five p.m."""
    yield from _below_hundred((value.hour - 1) % 12 + 1)
    if 0 < value.minute < 10:
        yield "oh"
    if value.minute:
        yield from _below_hundred(value.minute)
    yield "am" if value.hour < 12 else "pm"


def minutes(value: int) -> Iterator[str]:
    """A span of time, e.g. one minute, twelve minutes."""
    yield from (*number(value), "minute" if value == 1 else "minutes")


def amount(value: Decimal) -> Iterator[str]:
    """Money, e.g. twelve yuan and five fen."""
    yuan, fen = divmod(int(value * 100), 100)
    if yuan or not fen:
        yield from (*number(yuan), "yuan")
    if yuan and fen:
        yield "and"
    if fen:
        yield from (*number(fen), "fen")


def _year(year: int) -> Iterator[str]:
    century, rest = divmod(year, 100)
    if year < 1000 or (century % 10 == 0 and rest < 10):
        yield from number(year)
        return
    yield from _below_hundred(century)
    if rest < 10:
        yield from ("oh", f"n-{rest}") if rest else ("hundred",)
    else:
        yield from _below_hundred(rest)


def _below_hundred(value: int) -> Iterator[str]:
    if value < 20 or value % 10 == 0:
        yield f"n-{value}"
    else:
        yield from (f"n-{value // 10 * 10}", f"n-{value % 10}")
