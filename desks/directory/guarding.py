"""Writing over a row that nobody else has written over since it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import Session

from ledger.tables import Base


def write_over(
    session: Session, table: type[Base], *unchanged: ColumnElement[bool], values: Mapping[str, Any]
) -> bool:
    """Whether the one row that is still so was written."""
    statement = update(table).where(*unchanged).values(values)
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1
