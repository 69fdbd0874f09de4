"""The list's questions to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Executable, Result, Select, select
from sqlalchemy.orm import Session

from console.listing import statements
from console.listing.conditions import conditions
from console.listing.orders import Part, cursor_of, parameters_of, part_of, parts_of
from console.listing.schemas import Count, Cursor, Filters, Order, Spot
from console.listing.searching import Search, fits_of, said
from ledger.blind_reviews import blind_calls
from ledger.calls import to_call
from ledger.errors import NotFound
from ledger.records import Call, User
from ledger.scopes import visible_among
from ledger.search import EXACT, Wanted, entries_saying
from ledger.tables import (
    CallRow,
    SearchTextRow,
    UserRow,
)
from ledger.users import to_user

MOST_COUNTED = 1000  # beyond that the list says so; the exact number is counted when somebody asks


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A call of the page and its place."""

    call: Call
    cursor: Cursor


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody asks of the list: the calls that the filters let through, and their order."""

    session: Session
    viewer: User
    order: Order
    blind: frozenset[str]  # calls that the viewer judges blind
    conditions: tuple[ColumnElement[bool], ...]
    wanted: Wanted | None  # the text that is looked for
    counted: Count | None = None  # whatever is said in them; None: not counted yet
    flagged: Count | None = None  # the same of those with flags
    parameters: Mapping[str, object] = field(default_factory=dict)  # of the conditions

    @classmethod
    def of(
        cls,
        session: Session,
        filters: Filters,
        order: Order,
        zone: tzinfo,
        viewer: User,
        *,
        blind: frozenset[str] | None = None,
    ) -> Asked:
        """By somebody, for whom blind calls and those of other desks and teams are not there.

        `blind` is what `blind_of` said a moment ago; None: it is asked.
        """
        if blind is None:
            blind = blind_of(session, viewer)
        return cls(
            session=session,
            viewer=viewer,
            order=order,
            blind=blind,
            conditions=conditions(replace(filters, text=""), zone, viewer, blind),
            wanted=Wanted.of(filters.text) if filters.text else None,
        )

    def narrowed(self) -> Asked:
        """The same; where few calls come through the filters these are written down, and found again at once.

        Else the database may look for them along the list's order, past all that the filters keep back.
        """
        few = self._run(statements.few_calls(self.conditions), most=MOST_COUNTED + 1).one()
        if few.total > MOST_COUNTED:
            return replace(self, counted=Count(total=MOST_COUNTED, is_exact=False))
        return replace(
            self,
            conditions=statements.AMONG_FEW,
            parameters={"few": few.ids.split(statements.BETWEEN) if few.ids else []},
            counted=Count(total=few.total),
            flagged=Count(total=few.flagged),
        )

    def since(self, moment: datetime) -> Asked:
        """The same of the calls that came after a moment."""
        return self._with(statements.SINCE, since=moment)

    def judged(self) -> Asked:
        """The same of the calls in which the machine has found something, be it nothing wrong."""
        return self._with(statements.JUDGED)

    def page(self, spot: Spot, limit: int) -> list[Found]:
        """Calls from the spot on, in order; at a spot that the page ends before, the last of those."""
        parts = parts_of(self.order, fits_of(self.wanted) if self.wanted else (EXACT,))
        found: list[Found] = []
        for part in _still_to_come(parts, self.order, spot):
            ids = self._ids(part, spot, limit - len(found))
            found += [self._found(row, part.fit) for row in self._rows(ids)]
            if len(found) >= limit:
                break
        return found[::-1] if spot.is_before else found

    def one(self, call_id: str) -> Found | None:
        """One call, where the filters let it through."""
        query = select(CallRow).where(CallRow.id == call_id, *self.conditions)
        row = self.session.scalars(query, self.parameters).first()
        return self._found(row, EXACT) if row else None

    def ids(self, limit: int) -> list[str]:
        """The ids of the first calls in order, without what else is known of them."""
        found: list[str] = []
        for part in parts_of(self.order, fits_of(self.wanted) if self.wanted else (EXACT,)):
            found += self._ids(part, Spot(), limit - len(found))
            if len(found) >= limit:
                break
        return found

    def among(self, call_ids: Sequence[str]) -> set[str]:
        """Those of these calls that the filters let through."""
        query = select(CallRow.id).where(CallRow.id.in_(call_ids), *self.conditions)
        return set(self.session.scalars(query, self.parameters))

    def count(self, most: int | None) -> Count:
        """How many calls the filters let through; None counts them all, however long that takes."""
        if most is not None and self.wanted is None:
            return self._counted(self.conditions, most)
        query = select(CallRow.id).where(*self.conditions)
        if self.wanted:
            query = query.where(CallRow.id.in_(_saying(self.session, self.wanted)))
        counting = statements.counting_all(query if most is None else query.limit(most + 1))
        return _up_to(most, self.session.scalar(counting, self.parameters))

    def count_flagged(self, most: int) -> Count:
        """How many of them have flags, whatever is said in them."""
        return self.flagged or self._counted((*self.conditions, statements.HAS_FLAGS), most)

    def _counted(self, conditions: tuple[ColumnElement[bool], ...], most: int) -> Count:
        return _up_to(most, self._run(statements.counting(conditions), most=most + 1).scalar())

    def _with(self, condition: ColumnElement[bool], **parameters: object) -> Asked:
        return replace(
            self, conditions=(*self.conditions, condition), parameters={**self.parameters, **parameters}
        )

    def _run(self, query: Executable, **parameters: object) -> Result[Any]:
        return self.session.execute(query, {**self.parameters, **parameters})

    def _found(self, row: CallRow, fit: int) -> Found:
        return Found(call=to_call(row), cursor=cursor_of(row, self.order, fit))

    def _ids(self, part: Part, spot: Spot, limit: int) -> list[str]:
        cursor = spot.cursor if spot.cursor and part == part_of(spot.cursor, self.order) else None
        query = statements.ids_in_order(
            self.conditions, part, self.order, is_beyond=cursor is not None, backwards=spot.is_before
        )
        parameters = {**self.parameters, **(parameters_of(cursor, self.order) if cursor else {})}
        if self.wanted is None:
            return list(self.session.scalars(query, {**parameters, "most": limit}))
        return Search(
            session=self.session,
            wanted=self.wanted,
            fit=part.fit,
            query=query,
            parameters=parameters,
            limit=limit,
        ).ids()

    def _rows(self, ids: Sequence[str]) -> list[Any]:
        rows = {row.id: row for row in self.session.execute(statements.ROWS, {"ids": ids})} if ids else {}
        return [rows[id_] for id_ in ids if id_ in rows]


def blind_of(session: Session, viewer: User) -> frozenset[str]:
    """The calls that somebody may see and judges blind, in a round or for a second review."""
    return visible_among(session, viewer, frozenset(session.scalars(blind_calls(viewer.id))))


def people_of(session: Session, names: Sequence[str]) -> list[User]:
    """Everybody of these names. Raises NotFound."""
    query = select(UserRow).where(UserRow.name.in_(names), UserRow.disabled.is_(False)).order_by(UserRow.name)
    found = [to_user(row) for row in session.scalars(query)]
    missing = sorted(set(names) - {user.name for user in found})
    if missing:
        raise NotFound(f"nobody called {missing[0]!r} can sign in; load the list again")
    return found


def _still_to_come(parts: Sequence[Part], order: Order, spot: Spot) -> Sequence[Part]:
    if spot.cursor is None:
        return parts
    here = part_of(spot.cursor, order)
    if here not in parts:
        return ()
    at = parts.index(here)
    return parts[at::-1] if spot.is_before else parts[at:]


def _saying(session: Session, wanted: Wanted) -> Select[Any]:
    ways: list[ColumnElement[bool]] = []
    for fit in fits_of(wanted):
        way = said(wanted, fit)
        if not wanted.is_single(fit):
            way &= SearchTextRow.id.in_(entries_saying(session, wanted, fit))
        ways.append(way)
    queries = [select(SearchTextRow.call_id).where(way) for way in ways]
    if not queries:
        return select(SearchTextRow.call_id).where(SearchTextRow.id < 0)
    return select(queries[0].union(*queries[1:]).subquery().c.call_id)


def _up_to(most: int | None, total: int | None) -> Count:
    if most is not None and total and total > most:
        return Count(total=most, is_exact=False)
    return Count(total=total or 0)
