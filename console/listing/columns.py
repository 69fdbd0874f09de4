"""Which columns a row of the list may have, and which it has where nobody chose."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """A column that somebody may leave out; the time, the finding and the state are always there."""

    DESK = "desk"
    CALLER = "caller"
    OPERATOR = "operator"
    TEAM = "team"
    LENGTH = "length"
    WAIT = "wait"
    SCORE = "score"
    SURVEY = "survey"
    LANGUAGE = "language"
    REVIEWER = "reviewer"


USUAL: Final = (Column.DESK, Column.CALLER, Column.OPERATOR, Column.LENGTH, Column.SCORE, Column.SURVEY)


def known(names: Iterable[str] | None) -> tuple[Column, ...]:
    """The columns of these names in the table's order; unknown ones are passed over, None: the usual ones."""
    if names is None:
        return USUAL
    wanted = set(names)
    return tuple(column for column in Column if column in wanted)
