"""Makes tokens and webhooks, and puts their page together."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from console.programs.bearers import PREFIX
from console.programs.schemas import ProgramsView
from console.tokens import new_token, token_sha256
from ledger import programs, webhooks
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.programs import TokenWish
from ledger.records import User
from ledger.users import get_user
from ledger.webhooks import Event

MOST_DELIVERIES = 50  # on the page
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - what the specification puts before a secret

log = structlog.get_logger(__name__)


def view(session: Session) -> ProgramsView:
    """All tokens and webhooks, and the newest deliveries."""
    return ProgramsView(
        tokens=programs.list_tokens(session),
        webhooks=webhooks.list_webhooks(session),
        deliveries=webhooks.list_deliveries(session, limit=MOST_DELIVERIES),
        people=programs.people_for_tokens(session),
    )


def people(session: Session) -> Sequence[User]:
    """As whom a token may ask."""
    return programs.people_for_tokens(session)


def make_token(session: Session, user: User, wish: TokenWish) -> str:
    """A new token, which is told this once; the log tells as whom it asks, what it may, and until when."""
    token = PREFIX + new_token()
    made = programs.add_token(session, wish, sha256=token_sha256(token), by=user.name)
    _note(
        session,
        user,
        "token made",
        made,
        title=wish.title,
        of=get_user(session, wish.user_id).name,
        rights=" ".join(sorted(wish.rights)),
        until=wish.expires_at.isoformat(timespec="seconds"),
    )
    return token


def revoke_token(session: Session, user: User, token_id: int) -> None:
    """Let a token open nothing any more. Raises NotFound."""
    programs.revoke_token(session, token_id)
    _note(session, user, "token revoked", token_id)


def make_webhook(session: Session, user: User, url: str, events: tuple[Event, ...]) -> str:
    """A new webhook; its secret, which is told this once."""
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = webhooks.add_webhook(session, url=url, secret=secret, events=events, by=user.name)
    _note(session, user, "webhook made", made)
    return secret


def stop_webhook(session: Session, user: User, webhook_id: int) -> None:
    """Tell a webhook nothing any more. Raises NotFound."""
    webhooks.stop_webhook(session, webhook_id)
    _note(session, user, "webhook stopped", webhook_id)


def send_again(session: Session, user: User, delivery_id: int) -> None:
    """Send once more. Raises NotFound, Conflict."""
    webhooks.send_again(session, delivery_id)
    _note(session, user, "delivery sent again", delivery_id)


def _note(session: Session, user: User, what: str, number: int, **more: str) -> None:
    details = {"what": what, "number": str(number), **more}
    write(session, Act(user=user, action=AuditAction.PROGRAMS_CHANGED, details=details))
    log.info("programs_changed", what=what, number=number, by=user.name)
