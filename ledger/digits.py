"""Digits as signs: spoken numbers are written in characters or in figures, and mean the same."""

from __future__ import annotations

from typing import Final

SPOKEN_DIGITS: Final = "零〇洞一幺二两三四五六七八九"
FIGURES: Final = str.maketrans(SPOKEN_DIGITS, "00011223456789")


def in_figures(text: str) -> str:
    """The text with a figure for each digit, as long as before: 幺三八 and 138 are the same then."""
    return text.translate(FIGURES)


def as_said(text: str) -> str:
    """What is said of a text: letters, characters and figures, without punctuation and blanks."""
    return in_figures("".join(sign for sign in text if sign.isalnum()))
