"""Turns what a provider says of somebody into a user of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from console.errors import ProviderRefused
from console.oidc.schemas import Claimed, claim_at, texts_of
from console.people.schemas import LONGEST_DISPLAY_NAME, access_details, read_name
from ledger import users
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.errors import NotAllowed
from ledger.records import User
from ledger.settings import Oidc

log = structlog.get_logger(__name__)


def claimed_by(claims: Mapping[str, Any], oidc: Oidc) -> Claimed:
    """Name, role and scope. The first role of the mapping that the claim has counts.

    Raises NotAllowed where it has none or a claim of desks or teams is missing, BadInput where the name will
    not do.
    """
    given = set(texts_of(claim_at(claims, oidc.role_claim)))
    role = next((role for value, role in oidc.roles if value in given), None)
    if role is None:
        raise NotAllowed(
            f"the provider's claim {oidc.role_claim} gives you no role here; ask an administrator"
        )
    name = next(iter(texts_of(claim_at(claims, oidc.name_claim))), "")
    if not name:
        raise ProviderRefused(
            f"the provider does not tell {oidc.name_claim}; correct HOTLINE_OIDC_NAME_CLAIM"
        )
    shown = next(iter(texts_of(claims.get("name"))), name)
    return Claimed(
        subject=str(claims["sub"]),
        name=read_name(name),
        display_name="".join(filter(str.isprintable, shown))[:LONGEST_DISPLAY_NAME] or name,
        role=role,
        desks=_held_to(claims, oidc.desk_claim),
        teams=_held_to(claims, oidc.team_claim),
    )


def _held_to(claims: Mapping[str, Any], path: str) -> frozenset[str] | None:
    """The desks or teams that a claim tells, none for all of them; None where no claim shall tell."""
    if not path:
        return None
    told = claim_at(claims, path)
    if not isinstance(told, str | list):  # silence must not open all desks
        raise NotAllowed(
            f"the provider does not tell {path}, which says whose calls you may see; ask an administrator"
        )
    return frozenset(texts_of(told))


def take_in(ledger: Ledger, claimed: Claimed, issuer: str) -> User:
    """Make or renew the user. Raises NotAllowed where disabled, Conflict where the name is taken."""
    with ledger.transaction() as session:
        user, before = users.save_foreign(
            session,
            issuer=issuer,
            subject=claimed.subject,
            name=claimed.name,
            display_name=claimed.display_name,
            role=claimed.role,
            desks=claimed.desks,
            teams=claimed.teams,
        )
        if user.disabled:
            raise NotAllowed("your account is disabled here; ask an administrator")
        if before is None or access_details(before) != access_details(user):
            action = AuditAction.USER_CHANGED if before else AuditAction.USER_ADDED
            details = {"of": user.name, **access_details(user), "by": issuer}
            write(session, Act(user=user, action=action, details=details))
    log.info("provider_signed_in", name=user.name, role=user.role)
    return user
