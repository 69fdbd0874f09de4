"""A text in both languages of the pages: a figure's name and definition stand in one place."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Chinese first, as everywhere."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """In a language by its code; Chinese for every other."""
        return self.en if language == "en" else self.zh
