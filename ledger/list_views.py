"""Repository of how people want the list of calls: views under a name, columns, the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.tables import ListSettingsRow, ListViewRow, UserRow

MOST_VIEWS = 50  # of one user
_VIEWS = (
    select(ListViewRow, UserRow.display_name)
    .join(UserRow, UserRow.id == ListViewRow.user_id)
    .where(or_(ListViewRow.user_id == bindparam("viewer"), ListViewRow.shared))
    .order_by(ListViewRow.name, ListViewRow.id)
)
_SETTINGS = select(ListSettingsRow.columns, ListSettingsRow.first_view_id).where(
    ListSettingsRow.user_id == bindparam("viewer")
)


class ViewRefused(Conflict):
    """You have a view of that name, or as many as one may have: take another name, or delete one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListView:
    """A saved view."""

    id: int
    name: str
    query: str  # of the list's address, without a place in the list
    columns: tuple[str, ...]
    shared: bool
    owner_id: int
    owner: str  # the name that others see


@dataclass(frozen=True, kw_only=True, slots=True)
class ListSettings:
    """Somebody's list where no view says otherwise."""

    columns: tuple[str, ...] | None = None  # None: never chosen
    first_view_id: int | None = None


def views_for(session: Session, user: User) -> list[ListView]:
    """The user's own views and those that are shared with everybody, by name."""
    return [_view(row, owner) for row, owner in session.execute(_VIEWS, {"viewer": user.id})]


def save_view(session: Session, user: User, *, name: str, query: str, columns: Sequence[str]) -> int:
    """Keep a view, in place of the user's own of that name; its id. Raises ViewRefused."""
    row = session.scalars(
        select(ListViewRow).where(ListViewRow.user_id == user.id, ListViewRow.name == name)
    ).first()
    if row is None:
        own = select(func.count()).select_from(ListViewRow).where(ListViewRow.user_id == user.id)
        if (session.scalar(own) or 0) >= MOST_VIEWS:
            raise ViewRefused(f"you have {MOST_VIEWS} views already; delete one first")
        row = ListViewRow(user_id=user.id, name=name, shared=False)
        session.add(row)
    row.query, row.columns = query, list(columns)
    session.flush()
    return row.id


def rename_view(session: Session, user: User, view_id: int, name: str) -> None:
    """Give one's own view another name. Raises NotFound, ViewRefused."""
    row = _own(session, user, view_id)
    taken = select(ListViewRow.id).where(
        ListViewRow.user_id == user.id, ListViewRow.name == name, ListViewRow.id != view_id
    )
    if session.scalar(taken) is not None:
        raise ViewRefused(f"you have a view called {name!r} already; take another name")
    row.name = name


def share_view(session: Session, user: User, view_id: int, *, shared: bool) -> None:
    """Show one's own view to everybody, or to oneself alone. Raises NotFound."""
    _own(session, user, view_id).shared = shared


def delete_view(session: Session, user: User, view_id: int) -> None:
    """Forget one's own view, which is nobody's first page any more. Raises NotFound."""
    row = _own(session, user, view_id)
    session.execute(
        update(ListSettingsRow).where(ListSettingsRow.first_view_id == row.id).values(first_view_id=None)
    )
    session.execute(delete(ListViewRow).where(ListViewRow.id == row.id))


def settings_of(session: Session, user: User) -> ListSettings:
    """What somebody has chosen."""
    row = session.execute(_SETTINGS, {"viewer": user.id}).first()
    if row is None:
        return ListSettings()
    return ListSettings(columns=tuple(row.columns) or None, first_view_id=row.first_view_id)


def set_columns(session: Session, user: User, columns: Sequence[str]) -> None:
    """Show these columns from now on."""
    _settings(session, user).columns = list(columns)


def set_first(session: Session, user: User, view_id: int | None) -> None:
    """Begin with this view from now on, one's own or a shared one; None: with all calls. Raises NotFound."""
    if view_id is not None and view_id not in {view.id for view in views_for(session, user)}:
        raise NotFound(f"there is no view {view_id} among yours; load the list again")
    _settings(session, user).first_view_id = view_id


def _settings(session: Session, user: User) -> ListSettingsRow:
    row = session.get(ListSettingsRow, user.id)
    if row is None:
        row = ListSettingsRow(user_id=user.id, columns=[])
        session.add(row)
    return row


def _own(session: Session, user: User, view_id: int) -> ListViewRow:
    row = session.get(ListViewRow, view_id)
    if row is None or row.user_id != user.id:
        raise NotFound(f"there is no view {view_id} of yours; load the list again")
    return row


def _view(row: ListViewRow, owner: str) -> ListView:
    return ListView(
        id=row.id,
        name=row.name,
        query=row.query,
        columns=tuple(row.columns),
        shared=row.shared,
        owner_id=row.user_id,
        owner=owner,
    )
