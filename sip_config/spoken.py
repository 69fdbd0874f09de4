"""Spoken values: a number, a date, an amount of money as the fragments of audio that say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sip_config import spoken_en, spoken_zh
from sip_config.fields import Language
from sip_config.placeholders import Kind

Value = str | int  # an int, or text: "63012345", "63012345x102", "2026-11-24", "08:30", "12.05"
Reading = Callable[[Any], Iterable[str]]

MANDARIN: Mapping[Kind, Reading] = {
    "digits": spoken_zh.digits,
    "count": spoken_zh.count,
    "number": spoken_zh.number,
    "date": spoken_zh.day,
    "time": spoken_zh.clock,
    "amount": spoken_zh.amount,
    "minutes": spoken_zh.minutes,
}
ENGLISH: Mapping[Kind, Reading] = {
    "digits": spoken_en.digits,
    "count": spoken_en.number,
    "number": spoken_en.number,
    "date": spoken_en.day,
    "time": spoken_en.clock,
    "amount": spoken_en.amount,
    "minutes": spoken_en.minutes,
}
_TELEPHONE = re.compile(rf"\+?[0-9]+(?:{spoken_zh.EXTENSION}[0-9]+)?")
READINGS: Mapping[Language, Mapping[Kind, Reading]] = {"zh": MANDARIN, "yue": MANDARIN, "en": ENGLISH}


def fragments_of(kind: Kind, value: Value, language: Language) -> tuple[str, ...]:
    """The fragments that say a value, one after the other. Raises ValueError for one that cannot be said.

    `minutes` is a whole number of minutes (less than one is said as one), `date` and `time` are ISO 8601,
    `amount` is in yuan.
    """
    return tuple(READINGS[language][kind](_PARSERS[kind](value)))


def _whole(value: Value) -> int:
    number = int(value)
    if not 0 <= number <= spoken_zh.MOST:
        raise ValueError(f"{value} cannot be read out; numbers from 0 to {spoken_zh.MOST} can")
    return number


def _minutes(value: Value) -> int:
    return max(1, _whole(value))


def _number(value: Value) -> str:
    text = str(value)
    if not _TELEPHONE.fullmatch(text):
        raise ValueError(f"{text!r} is no telephone number that can be read out")
    return text


def _day(value: Value) -> date:
    return datetime.fromisoformat(str(value)).date()


def _clock(value: Value) -> time:
    text = str(value)
    return datetime.fromisoformat(text).time() if "-" in text else time.fromisoformat(text)


def _money(value: Value) -> Decimal:
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount; write it like 12.05") from None
    if not (amount.is_finite() and 0 <= amount < spoken_zh.MOST):
        raise ValueError(f"{value} cannot be read out; amounts from 0 can")
    return amount


_PARSERS: Mapping[Kind, Callable[[Value], Any]] = {
    "digits": _number,
    "count": _whole,
    "number": _whole,
    "date": _day,
    "time": _clock,
    "amount": _money,
    "minutes": _minutes,
}
