"""A text among the calls that the other filters let through, in the list's order.

What many say is found among the first calls of the order; what few say is found by the index of the search.
Either way a page costs the same however many calls there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, false, select
from sqlalchemy.orm import Session

from console.listing.statements import KEPT
from ledger.search import BY_SOUND, EXACT, Wanted, entries_saying
from ledger.tables import CallRow, SearchTextRow

FIRST: Final = 500  # calls of the order that are looked at one by one
FURTHER: Final = 5_000
FEW: Final = 4_000  # texts that have the pairs of what is looked for: then it is read from them
MOST: Final = 20_000  # calls that are looked at for a single sign, which has no index


def fits_of(wanted: Wanted) -> tuple[int, ...]:
    """How calls may fit, the better first."""
    if wanted.is_empty:
        return ()
    return (EXACT, BY_SOUND) if wanted.by_sound else (EXACT,)


def said(wanted: Wanted, fit: int) -> ColumnElement[bool]:
    """Whether a row of `search_texts` has the text in this way."""
    if wanted.is_empty:
        return false()
    is_exact = SearchTextRow.characters.like(f"%{wanted.text.characters}%")
    if fit == EXACT:
        return is_exact
    return SearchTextRow.sounds.like(f"%{wanted.text.sounds}%") & ~is_exact


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What is looked for in which calls: `query` selects the first `most` ids of `CallRow` in order."""

    session: Session
    wanted: Wanted
    fit: int
    query: Select[Any]
    parameters: Mapping[str, object]  # of the query, but for `most`
    limit: int

    def ids(self) -> list[str]:
        """The first calls of the order that have the text in this way."""
        is_single = self.wanted.is_single(self.fit)
        found, is_enough = self._look(MOST if is_single else FIRST)
        if is_enough or is_single:
            return found
        entries = entries_saying(self.session, self.wanted, self.fit)
        some = list(self.session.scalars(entries.limit(FEW + 1)))
        if len(some) <= FEW:
            return self._of_entries(some) if some else []
        found, is_enough = self._look(FURTHER)
        return found if is_enough else self._of_entries(entries)

    def _look(self, depth: int) -> tuple[list[str], bool]:
        """Those among the first calls of the order, and whether further ones need no look."""
        first = list(self.session.scalars(self.query, {**self.parameters, "most": depth}))
        found: list[str] = []
        for at in range(0, len(first), FIRST):
            page = first[at : at + FIRST]
            saying = set(self.session.scalars(_saying_among(self.wanted, self.fit), {"page": page}))
            found += [call_id for call_id in page if call_id in saying]
            if len(found) >= self.limit:
                break
        return found[: self.limit], len(found) >= self.limit or len(first) < depth

    def _of_entries(self, entries: Sequence[int] | Select[Any]) -> list[str]:
        """Those of the search's entries that have the text, and not its pairs alone."""
        calls = select(SearchTextRow.call_id).where(SearchTextRow.id.in_(entries), self._is_said)
        query = self.query.where(CallRow.id.in_(calls))
        return list(self.session.scalars(query, {**self.parameters, "most": self.limit}))

    @property
    def _is_said(self) -> ColumnElement[bool]:
        return said(self.wanted, self.fit)


@lru_cache(KEPT)
def _saying_among(wanted: Wanted, fit: int) -> Select[str]:
    """Those of a `page` of calls that have the text in this way: asked again and again down the order."""
    is_of_page = SearchTextRow.call_id.in_(bindparam("page", expanding=True))
    return select(SearchTextRow.call_id).where(is_of_page, said(wanted, fit))
