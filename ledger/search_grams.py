"""The index of the search: for each text its pairs of neighbouring characters and syllables.

On SQLite an FTS5 table without content, on PostgreSQL arrays with GIN indexes. Both only say which texts have
all the pairs of a query, in whatever order; `ledger.search` looks at the texts themselves then.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, Text, column, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from ledger.search_text import SearchText

GRAMS: Final = table(
    "search_grams", column("id"), column("characters", ARRAY(Text)), column("sounds", ARRAY(Text))
)


class By(StrEnum):
    """Which column of the index."""

    CHARACTERS = "characters"
    SOUNDS = "sounds"


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


def is_sqlite(session: Session) -> bool:
    """Which of the two forms it is."""
    return session.connection().dialect.name == "sqlite"


def add(session: Session, id_: int, entry: SearchText) -> None:
    """Enter a text."""
    name = "rowid" if is_sqlite(session) else "id"
    statement = f"INSERT INTO search_grams ({name}, characters, sounds) VALUES (:id, :characters, :sounds)"  # noqa: S608 - our own names
    session.execute(text(statement), _values(session, id_, entry))


def remove(session: Session, id_: int, entry: SearchText) -> None:
    """Take a text out. FTS5 keeps no content: it has to be told what was entered."""
    if is_sqlite(session):
        statement = (
            "INSERT INTO search_grams (search_grams, rowid, characters, sounds) "
            "VALUES ('delete', :id, :characters, :sounds)"
        )
    else:
        statement = "DELETE FROM search_grams WHERE id = :id"
    session.execute(text(statement), _values(session, id_, entry))


def having(session: Session, by: By, pairs: Sequence[str]) -> Select[Any]:
    """Ids of texts that have all the pairs."""
    if is_sqlite(session):
        wanted = " AND ".join(f'"{pair}"' for pair in pairs)
        match = text("search_grams MATCH :wanted").bindparams(wanted=f"{by} : ({wanted})")
        return select(literal_column("rowid")).select_from(GRAMS).where(match)
    return select(GRAMS.c.id).where(GRAMS.c[by].contains(list(pairs)))


def _values(session: Session, id_: int, entry: SearchText) -> dict[str, Any]:
    characters, sounds = entry.character_pairs, entry.sound_pairs
    if is_sqlite(session):
        return {"id": id_, "characters": " ".join(characters), "sounds": " ".join(sounds)}
    return {"id": id_, "characters": characters, "sounds": sounds}
