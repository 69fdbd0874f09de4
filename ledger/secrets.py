"""Repository of digest passwords: only HA1 is kept (RFC 2617), which is still worth guarding."""

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
    return {row.user: row.ha1 for row in session.execute(query)}
