"""What somebody typed, as it is looked for: words with their characters and sounds, pinyin, initials.

Pure functions; pinyin is cut into syllables by the list of those that there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from ledger.pinyin import all_syllables
from ledger.search_text import SearchText, plain_of

MOST_TERMS: Final = 8
LONGEST_TEXT: Final = 200  # characters
LONGEST_SYLLABLE: Final = 6  # letters
_BREAKS: Final = re.compile(r"[\s,，。、;；?？!！/·]+")
_LATIN: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One word of a query."""

    characters: str  # as `plain_of` gives them
    syllables: tuple[str, ...]  # how it sounds; of typed pinyin its syllables
    is_open: bool  # typed pinyin: the last syllable may be only begun
    initials: str  # where it may be these: kdbz

    @classmethod
    def of(cls, word: str) -> Term:
        """Of a word without blanks."""
        plain = plain_of(word)
        if _LATIN.fullmatch(plain):
            cut = cut_pinyin(plain)
            return cls(characters=plain, syllables=cut, is_open=bool(cut), initials=plain)
        sounds = SearchText.of([plain]).sounds.split()
        return cls(characters=plain, syllables=tuple(sounds), is_open=False, initials="")


def terms_of(typed: str) -> tuple[Term, ...]:
    """The words of a query; what nobody can say does not count."""
    words = [word for word in _BREAKS.split(typed[:LONGEST_TEXT].replace("'", "")) if plain_of(word)]
    return tuple(Term.of(word) for word in words[:MOST_TERMS])


@cache
def _heads() -> frozenset[str]:
    return frozenset(
        syllable[:length] for syllable in all_syllables() for length in range(1, len(syllable) + 1)
    )


def cut_pinyin(letters: str) -> tuple[str, ...]:
    """The letters in as few syllables as there can be, the last perhaps only begun; empty if none fit."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        known = _heads() if end == len(letters) else all_syllables()
        ways = [
            (*before, letters[begin:end])
            for begin in range(max(0, end - LONGEST_SYLLABLE), end)
            if (before := best[begin]) is not None and letters[begin:end] in known
        ]
        best[end] = min(ways, key=len, default=None)
    return best[-1] or ()
