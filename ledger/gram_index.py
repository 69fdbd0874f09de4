"""An index of texts by their grams: which ids have all of some grams, or some of them, in a column.

On SQLite an FTS5 table without content, on PostgreSQL arrays with GIN indexes; migrations make both. Where in
a text a gram stands it does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, Text, column, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

Column = TypeVar("Column", bound=StrEnum)


class GramIndex(Generic[Column]):
    """One index and its columns."""

    def __init__(self, name: str, columns: type[Column]) -> None:
        names = [each.value for each in columns]
        self._name = name
        self._listed = ", ".join(names)
        self._values = ", ".join(f":{each}" for each in names)
        self._grams = table(name, column("id"), *(column(each, ARRAY(Text)) for each in names))

    def add(self, session: Session, id_: int, grams: Mapping[Column, Sequence[str]]) -> None:
        """Enter a text."""
        name = "rowid" if _is_sqlite(session) else "id"
        statement = f"INSERT INTO {self._name} ({name}, {self._listed}) VALUES (:id, {self._values})"  # noqa: S608 - our own names
        session.execute(text(statement), _bound(session, id_, grams))

    def remove(self, session: Session, id_: int, grams: Mapping[Column, Sequence[str]]) -> None:
        """Take a text out. FTS5 keeps no content: it has to be told what was entered."""
        if _is_sqlite(session):
            columns, values = f"{self._name}, rowid, {self._listed}", f"'delete', :id, {self._values}"
            statement = f"INSERT INTO {self._name} ({columns}) VALUES ({values})"  # noqa: S608 - our own names
            session.execute(text(statement), _bound(session, id_, grams))
        else:
            session.execute(text(f"DELETE FROM {self._name} WHERE id = :id"), {"id": id_})  # noqa: S608 - our own names

    def having(
        self, session: Session, by: Column, grams: Sequence[str], *, some: bool = False
    ) -> Select[Any]:
        """Ids of the texts that have all of these in a column, or some of them."""
        if _is_sqlite(session):
            wanted = (" OR " if some else " AND ").join(f'"{gram}"' for gram in grams)
            match = literal_column(self._name).op("MATCH")(f"{by} : ({wanted})")
            return select(literal_column("rowid")).select_from(self._grams).where(match)
        has = self._grams.c[by].overlap(list(grams)) if some else self._grams.c[by].contains(list(grams))
        return select(self._grams.c.id).where(has)


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def _bound(session: Session, id_: int, grams: Mapping[Column, Sequence[str]]) -> dict[str, Any]:
    joined = _is_sqlite(session)
    return {"id": id_, **{by.value: " ".join(each) if joined else list(each) for by, each in grams.items()}}
