"""Repository of digest passwords, which are kept only as HA1 (RFC 2617): who knows it can still sign on with it."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.tables import SipSecretRow


def set_secret(session: Session, *, user: str, realm: str, ha1: str) -> None:
    """Keep MD5(user:realm:password), computed by the caller, in place of an earlier one."""
    session.merge(SipSecretRow(user=user, realm=realm, ha1=ha1, set_at=now()))


def remove_secret(session: Session, user: str) -> bool:
    """Forget a user's password; False where there was none."""
    gone = session.execute(delete(SipSecretRow).where(SipSecretRow.user == user).returning(SipSecretRow.user))
    return gone.first() is not None


def secrets_of_realm(session: Session, realm: str) -> dict[str, str]:
    """HA1 by user. Those of another realm would fit no password."""
    query = select(SipSecretRow.user, SipSecretRow.ha1).where(SipSecretRow.realm == realm)
    return {user: ha1 for user, ha1 in session.execute(query)}
