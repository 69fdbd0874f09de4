"""Who signs in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class UserRow(Base):
    """Somebody who signs in; the password only as an argon2id hash."""

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_oidc_issuer_oidc_subject", "oidc_issuer", "oidc_subject", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(32))
    password_hash: Mapped[str] = mapped_column(String(255))
    disabled: Mapped[bool] = mapped_column(default=False)
    desks: Mapped[list[str]] = mapped_column(JSON, default=list)  # whose calls are seen; empty: of all desks
    teams: Mapped[list[str]] = mapped_column(JSON, default=list)  # the same of operators' teams
    must_change: Mapped[bool] = mapped_column(default=False)  # the password was given by somebody else
    totp_secret: Mapped[str | None] = mapped_column(String(255))  # sealed, see `console.signin.totp`
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: not confirmed by a code yet
    totp_step: Mapped[int | None] = mapped_column(Integer)  # of the newest code taken: none is taken twice
    oidc_issuer: Mapped[str | None] = mapped_column(String(255))  # who signs the user in; None: a password
    oidc_subject: Mapped[str | None] = mapped_column(String(255))  # what the issuer calls the user


class SessionRow(Base):
    """A sign-in that is still good. Only the SHA-256 of its token is kept."""

    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # to about a minute
    address: Mapped[str] = mapped_column(String(64))  # from where it was opened
    agent: Mapped[str] = mapped_column(String(255))  # what the browser called itself then
    is_pending: Mapped[bool] = mapped_column(default=False)  # the password was right, the code is to come


class RecoveryCodeRow(Base):
    """A code that stands in for a lost second factor, once. Only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"

    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
