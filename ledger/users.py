"""Repository of users: who may sign in, as what, and with which calls."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.conflicts import LastAdministrator, NameHeld, SignsInElsewhere
from ledger.errors import NotFound
from ledger.records import User
from ledger.sessions import end_sessions, open_session
from ledger.states import UserRole
from ledger.tables import UserRow
from ledger.user_rows import to_user

__all__ = [
    "change_user",
    "count_users",
    "find_user",
    "get_user",
    "list_users",
    "named",
    "open_session",
    "password_hash_of",
    "save_foreign",
    "save_user",
    "set_disabled",
    "set_password",
    "to_user",
]


def save_user(
    session: Session,
    *,
    name: str,
    display_name: str,
    role: UserRole,
    password_hash: str,
    desks: Collection[str] | None = None,
    teams: Collection[str] | None = None,
    must_change: bool = False,
) -> User:
    """Add a user, or give one of that name a new role and password and end the user's sign-ins.

    Desks and teams that are None stay what they were; nobody new is held to any. Raises Conflict.
    """
    row = _by_name(session, name)
    if row is None:
        row = UserRow(name=name, desks=[], teams=[])
        session.add(row)
    else:
        if role is not UserRole.ADMINISTRATOR:
            _keep_an_administrator(session, row)
        end_sessions(session, row.id)
    row.display_name, row.role, row.password_hash = display_name, role, password_hash
    row.desks = row.desks if desks is None else sorted(desks)
    row.teams = row.teams if teams is None else sorted(teams)
    row.must_change, row.oidc_issuer, row.oidc_subject = must_change, None, None
    session.flush()
    return to_user(row)


def find_user(session: Session, name: str) -> tuple[User, str] | None:
    """A user and the password's hash, or None."""
    row = _by_name(session, name)
    return (to_user(row), row.password_hash) if row else None


def get_user(session: Session, user_id: int) -> User:
    """A user. Raises NotFound."""
    return to_user(_row(session, user_id))


def password_hash_of(session: Session, user_id: int) -> str:
    """The hash of a user's password; empty where a provider signs the user in. Raises NotFound."""
    return _row(session, user_id).password_hash


def named(session: Session, name: str) -> User:
    """A user by the name. Raises NotFound."""
    found = find_user(session, name)
    if found is None:
        raise NotFound(f"nobody is called {name!r}; `hotline user list` has all")
    return found[0]


def list_users(session: Session) -> list[User]:
    """Everybody by name, the disabled last."""
    query = select(UserRow).order_by(UserRow.disabled, UserRow.name)
    return [to_user(row) for row in session.scalars(query)]


def count_users(session: Session) -> int:
    """How many people could sign in."""
    return session.scalar(select(func.count()).select_from(UserRow)) or 0


def change_user(
    session: Session,
    user_id: int,
    *,
    display_name: str,
    role: UserRole,
    desks: Collection[str],
    teams: Collection[str],
) -> User:
    """Give a user another role, desks and teams, and end the sign-ins. Raises NotFound, Conflict."""
    row = _row(session, user_id)
    if role is not UserRole.ADMINISTRATOR:
        _keep_an_administrator(session, row)
    row.display_name, row.role, row.desks, row.teams = display_name, role, sorted(desks), sorted(teams)
    end_sessions(session, user_id)
    return to_user(row)


def set_disabled(session: Session, user_id: int, *, disabled: bool) -> User:
    """Let somebody sign in no more, or again. Raises NotFound, Conflict."""
    row = _row(session, user_id)
    if disabled:
        _keep_an_administrator(session, row)
    row.disabled = disabled
    end_sessions(session, user_id)
    return to_user(row)


def set_password(
    session: Session, user_id: int, password_hash: str, *, must_change: bool, but: str | None = None
) -> User:
    """Keep a new password and end the sign-ins but one, by its token's SHA-256. Raises NotFound, Conflict."""
    row = _row(session, user_id)
    if row.oidc_issuer is not None:
        raise SignsInElsewhere(f"{row.name} signs in at {row.oidc_issuer} and has no password here")
    row.password_hash, row.must_change = password_hash, must_change
    end_sessions(session, user_id, but=but)
    return to_user(row)


def save_foreign(
    session: Session,
    *,
    issuer: str,
    subject: str,
    name: str,
    display_name: str,
    role: UserRole,
    desks: Collection[str] | None,
    teams: Collection[str] | None,
) -> tuple[User, User | None]:
    """Add or renew somebody whom a provider signs in; the user, and who that was before.

    Desks and teams that are None stay what they were; nobody new is held to any. Raises Conflict where the
    name is somebody else's.
    """
    query = select(UserRow).where(UserRow.oidc_issuer == issuer, UserRow.oidc_subject == subject)
    row = session.scalars(query).first()
    if row is None:
        if _by_name(session, name) is not None:
            raise NameHeld(f"{name!r} is the name of somebody who signs in otherwise; ask an administrator")
        row = UserRow(
            name=name, oidc_issuer=issuer, oidc_subject=subject, password_hash="", desks=[], teams=[]
        )
        session.add(row)
        before = None
    else:
        before = to_user(row)
    row.display_name, row.role = display_name, role
    row.desks = row.desks if desks is None else sorted(desks)
    row.teams = row.teams if teams is None else sorted(teams)
    session.flush()
    user = to_user(row)
    if before and (before.role, before.desks, before.teams) != (user.role, user.desks, user.teams):
        end_sessions(session, row.id)
    return user, before


def _keep_an_administrator(session: Session, row: UserRow) -> None:
    """Raises LastAdministrator where nobody would be left who may let people in.

    All administrators are locked, so that two cannot demote each other at the same moment.
    """
    can_let_in = UserRow.role == UserRole.ADMINISTRATOR, UserRow.disabled.is_(False)
    query = select(UserRow.id).where(*can_let_in).order_by(UserRow.id)
    if list(session.scalars(query.with_for_update(key_share=True))) == [row.id]:
        raise LastAdministrator(f"{row.name} is the only administrator; make somebody else one first")


def _by_name(session: Session, name: str) -> UserRow | None:
    return session.scalars(select(UserRow).where(UserRow.name == name)).first()


def _row(session: Session, user_id: int) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound(f"there is no user {user_id}; /people lists all")
    return row
