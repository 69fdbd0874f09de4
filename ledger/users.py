"""Repository of users and their sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.records import User
from ledger.states import UserRole
from ledger.tables import SessionRow, UserRow


def save_user(session: Session, *, name: str, display_name: str, role: UserRole, password_hash: str) -> None:
    """Add a user, or give one of that name a new role and password and end the user's sign-ins."""
    row = _by_name(session, name)
    if row is None:
        session.add(UserRow(name=name, display_name=display_name, role=role, password_hash=password_hash))
        return
    row.display_name, row.role, row.password_hash = display_name, role, password_hash
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def find_user(session: Session, name: str) -> tuple[User, str] | None:
    """A user and the password's hash, or None."""
    row = _by_name(session, name)
    return (_user(row), row.password_hash) if row else None


def count_users(session: Session) -> int:
    """How many people could sign in."""
    return session.scalar(select(func.count()).select_from(UserRow)) or 0


def open_session(session: Session, user_id: int, token_sha256: str, expires_at: datetime) -> None:
    """Note a sign-in."""
    session.add(SessionRow(token_sha256=token_sha256, user_id=user_id, expires_at=expires_at))


def session_user(session: Session, token_sha256: str) -> User | None:
    """Who signed in with this token, unless it has expired or the user is disabled."""
    query = (
        select(UserRow)
        .join(SessionRow, SessionRow.user_id == UserRow.id)
        .where(SessionRow.token_sha256 == token_sha256, SessionRow.expires_at > now())
    )
    row = session.scalars(query).first()
    return _user(row) if row and not row.disabled else None


def close_session(session: Session, token_sha256: str) -> None:
    """End a sign-in."""
    session.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_sha256))


def _by_name(session: Session, name: str) -> UserRow | None:
    return session.scalars(select(UserRow).where(UserRow.name == name)).first()


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=UserRole(row.role),
        disabled=row.disabled,
    )
