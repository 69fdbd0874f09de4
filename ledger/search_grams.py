"""The index of the search: for each text its pairs of neighbouring characters and syllables.

It only says which texts have all the pairs of a query, in whatever order (`ledger.gram_index`);
`ledger.search` looks at the texts themselves then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.orm import Session

from ledger.gram_index import GramIndex
from ledger.search_text import SearchText


class By(StrEnum):
    """Which column of the index."""

    CHARACTERS = "characters"
    SOUNDS = "sounds"


_INDEX: Final = GramIndex("search_grams", By)
FTS5: Final = (
    # The ASCII tokenizer leaves everything beyond ASCII in one piece, so that a pair is one token.
    "CREATE VIRTUAL TABLE search_grams USING fts5(characters, sounds, content='', columnsize=0, "
    "detail='column', tokenize=\"ascii tokenchars '-'\")",
)
ARRAYS: Final = (
    "CREATE TABLE search_grams (id INTEGER PRIMARY KEY, characters TEXT[] NOT NULL, sounds TEXT[] NOT NULL)",
    "CREATE INDEX ix_search_grams_characters ON search_grams USING gin (characters)",
    "CREATE INDEX ix_search_grams_sounds ON search_grams USING gin (sounds)",
)


def add(session: Session, id_: int, entry: SearchText) -> None:
    """Enter a text."""
    _INDEX.add(session, id_, _grams(entry))


def remove(session: Session, id_: int, entry: SearchText) -> None:
    """Take a text out, as it was entered."""
    _INDEX.remove(session, id_, _grams(entry))


def having(session: Session, by: By, pairs: Sequence[str]) -> Select[Any]:
    """Ids of texts that have all the pairs."""
    return _INDEX.having(session, by, pairs)


def _grams(entry: SearchText) -> Mapping[By, Sequence[str]]:
    return {By.CHARACTERS: entry.character_pairs, By.SOUNDS: entry.sound_pairs}
