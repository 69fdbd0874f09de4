"""Toneless pinyin, from pypinyin.

It comes in at its first use: its tables take half a second and 60 MB, which processes that spell nothing
(the lines above all) do not pay for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any


def toneless(text: str, errors: Callable[[str], Any] | str = "default") -> list[str]:
    """A syllable for each Chinese character, by its context; `errors` says what becomes of others."""
    module = _pypinyin()
    return list(module.lazy_pinyin(text, style=module.Style.NORMAL, errors=errors))


def halves(syllable: str) -> tuple[str, str]:
    """Initial and final of a toneless syllable, as they are taught: `zhang` is (zh, ang), `yu` ('', v)."""
    convert = _pypinyin().contrib.tone_convert
    return convert.to_initials(syllable, strict=True), convert.to_finals(syllable, strict=True)


@cache
def _pypinyin() -> ModuleType:
    import pypinyin.contrib.tone_convert  # noqa: PLC0415 - see above

    return pypinyin
