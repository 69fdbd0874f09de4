"""Counts rows once, by all that a page needs, and adds the cells up as it asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from desks.figures.measures import MOMENTS, Source, measures_of
from desks.figures.slices import Slice
from ledger.statistics.days import Period
from ledger.tables import (
    CallRow,
    CampaignPersonRow,
    CampaignRow,
    EnquiryRow,
    TicketCallRow,
    TicketCauseRow,
    TicketPauseRow,
    TicketRow,
)

Counts = Counter[str]  # by measure
Key = tuple[Any, ...]


class Dim(StrEnum):
    """By what is counted."""

    PIECE = "piece"  # which of the pieces of the period, from 0
    BRANCH = "branch"
    SERVICE = "service"
    CAUSE = "cause"
    CAUSE_GROUP = "cause_group"
    NATURE = "nature"
    KIND = "kind"  # of enquiries, of campaigns
    REASON = "reason"  # why an enquiry was refused
    OUTCOME = "outcome"  # of the newest attempt to call back


_TICKET_COLUMNS: dict[Dim, ColumnElement[Any]] = {
    Dim.BRANCH: TicketRow.branch_id.expression,
    Dim.SERVICE: TicketRow.service.expression,
    Dim.CAUSE: TicketRow.cause_id.expression,
    Dim.CAUSE_GROUP: TicketCauseRow.cause_group.expression,
    Dim.NATURE: TicketRow.nature.expression,
}
_COLUMNS: dict[Source, dict[Dim, ColumnElement[Any]]] = {
    Source.TICKETS: _TICKET_COLUMNS,
    Source.PAUSES: _TICKET_COLUMNS,
    Source.ENQUIRIES: {
        Dim.BRANCH: EnquiryRow.branch_id.expression,
        Dim.SERVICE: EnquiryRow.service.expression,
        Dim.KIND: EnquiryRow.kind.expression,
        Dim.REASON: EnquiryRow.reason.expression,
    },
    Source.SURVEYED: {Dim.BRANCH: TicketRow.branch_id.expression},
    Source.CALL_BACKS: {
        Dim.KIND: CampaignRow.kind.expression,
        Dim.OUTCOME: CampaignPersonRow.outcome.expression,
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """Counts by every combination of some dimensions."""

    dims: tuple[Dim, ...]
    counts: Mapping[Key, Counts] = field(default_factory=dict)
    _by: dict[Dim, Mapping[Any, Counts]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def total(self) -> Counts:
        """All of them."""
        return add_up(self.counts.values())

    def by(self, dim: Dim) -> Mapping[Any, Counts]:
        """By one dimension, the others added up: once, however often a page asks."""
        if dim not in self._by:
            place = self.dims.index(dim)
            self._by[dim] = add_up_by_name((key[place], counts) for key, counts in self.counts.items())
        return self._by[dim]

    def where(self, dim: Dim, *values: Any) -> Cells:
        """Those of some values."""
        place = self.dims.index(dim)
        kept = {key: counts for key, counts in self.counts.items() if key[place] in values}
        return Cells(dims=self.dims, counts=kept)


def count(
    session: Session,
    source: Source,
    wanted: Slice,
    at: datetime,
    dims: Sequence[Dim] = (),
    *,
    pieces: Sequence[Period] = (),
) -> Cells:
    """Every measure of a source's rows, as they are at a moment, by some dimensions.

    `pieces` cut the period for `Dim.PIECE`: they lie in order, side by side.
    """
    measures = measures_of(source)
    keys = [_column(source, dim, pieces).label(f"by_{dim}") for dim in dims]
    sums = [measure.summed(at).label(key) for key, measure in measures.items()]
    query = joined(select(*keys, *sums), source, dims).where(*wanted.conditions(source))
    found = {}
    names = [key.name for key in keys]  # PostgreSQL takes an expression with values for another one
    for row in session.execute(query.group_by(*names) if names else query):
        counts = zip(measures, row[len(keys) :], strict=True)
        found[tuple(row[: len(keys)])] = Counter({key: int(value) for key, value in counts if value})
    return Cells(dims=tuple(dims), counts=found)


def joined(query: Any, source: Source, dims: Iterable[Dim] = ()) -> Any:
    """The query, of whatever columns, over a source's tables."""
    if source is Source.PAUSES:
        query = query.select_from(TicketPauseRow).join(TicketRow, TicketRow.id == TicketPauseRow.ticket_id)
    elif source is Source.CALL_BACKS:
        query = query.select_from(CampaignPersonRow).join(CampaignRow)
    elif source is Source.SURVEYED:
        query = query.select_from(TicketCallRow).join(CallRow, CallRow.id == TicketCallRow.call_id)
        query = query.join(TicketRow, TicketRow.id == TicketCallRow.ticket_id)
    else:
        query = query.select_from(TicketRow if source is Source.TICKETS else EnquiryRow)
    if Dim.CAUSE_GROUP in dims:
        query = query.outerjoin(TicketCauseRow, TicketCauseRow.id == TicketRow.cause_id)
    return query


def add_up(many: Iterable[Counts]) -> Counts:
    """Their sum."""
    summed: Counts = Counter()
    for counts in many:
        summed.update(counts)
    return summed


def add_up_by_name(named: Iterable[tuple[Any, Counts]]) -> dict[Any, Counts]:
    """The sum of each name."""
    summed: dict[Any, Counts] = {}
    for name, counts in named:
        summed.setdefault(name, Counter()).update(counts)
    return summed


def _column(source: Source, dim: Dim, pieces: Sequence[Period]) -> ColumnElement[Any]:
    if dim is not Dim.PIECE:
        return _COLUMNS[source][dim]
    column = MOMENTS[source]
    bounds = [(column < piece.starts_at, number) for number, piece in enumerate(pieces[1:])]
    return case(*bounds, else_=len(bounds)) if bounds else case((column.is_not(None), 0), else_=0)
