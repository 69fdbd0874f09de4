"""Toneless pinyin, from pypinyin.

It comes in at its first use: its tables take half a second and 60 MB, which processes that spell nothing
(the lines above all) do not pay for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, Final

TONES: Final = "\u0304\u0301\u030c\u0300\u0302\u0308"  # the marks of tones, and those of ê and ü


def toneless(text: str, errors: Callable[[str], Any] | str = "default") -> list[str]:
    """A syllable for each Chinese character, by its context; `errors` says what becomes of others."""
    module = _pypinyin()
    return list(module.lazy_pinyin(text, style=module.Style.NORMAL, errors=errors))


def readings(character: str) -> tuple[str, ...]:
    """All toneless syllables that a character may be, the usual one first; ü is v, as it is typed."""
    told: str = _pypinyin().constants.PINYIN_DICT.get(ord(character), "")
    plain = unicodedata.normalize("NFD", told).replace("u\u0308", "v")
    for mark in TONES:
        plain = plain.replace(mark, "")
    return tuple(dict.fromkeys(filter(None, plain.split(","))))


def halves(syllable: str) -> tuple[str, str]:
    """Initial and final of a toneless syllable, as they are taught: `zhang` is (zh, ang), `yu` ('', v)."""
    convert = _pypinyin().contrib.tone_convert
    return convert.to_initials(syllable, strict=True), convert.to_finals(syllable, strict=True)


@cache
def all_syllables() -> frozenset[str]:
    """Every toneless syllable by which a character of GB 2312 is read: about 400."""
    places = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = "".join(place.decode("gb2312", errors="ignore") for place in places)
    return frozenset(syllable for sign in characters for syllable in toneless(sign))


@cache
def _pypinyin() -> ModuleType:
    import pypinyin.contrib.tone_convert  # noqa: PLC0415 - see above

    return pypinyin
