"""In which language somebody is called, and how people write it in a list of numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Spoken(StrEnum):
    """The languages in which the hotline speaks; the plan's prompts have the same ones."""

    MANDARIN = "zh"
    CANTONESE = "yue"
    ENGLISH = "en"


_WRITTEN: Final = {
    **{language.value: language for language in Spoken},
    **dict.fromkeys(("普通话", "国语", "汉语", "中文", "mandarin", "chinese"), Spoken.MANDARIN),
    **dict.fromkeys(("粤语", "广东话", "白话", "cantonese"), Spoken.CANTONESE),
    **dict.fromkeys(("英语", "英文", "english"), Spoken.ENGLISH),
}


def read_language(text: str) -> Spoken | None:
    """The language that somebody has written; None where it is none of ours."""
    return _WRITTEN.get(text.strip().lower())
