"""What the roles may do with a call. `tests/console/test_listening.py` has the same as a table."""

from __future__ import annotations

from enum import StrEnum

from console.rendering import Visitor
from console.signin.visitors import user_of
from ledger.errors import NotAllowed
from ledger.states import UserRole


class Right(StrEnum):
    """What needs a right."""

    LISTEN = "listen"
    DOWNLOAD = "download"
    MASK = "mask"
    HOLD = "hold"  # and release
    ORIGINALS = "originals"  # hear what is masked
    LISTENERS = "listeners"  # see who listened
    ROUNDS = "rounds"  # see how far rounds are and what they gave, and close them
    SECRETS = "secrets"  # see and hear what callers told of cards, telephones and addresses


_LEADS = frozenset({UserRole.TEAM_LEAD, UserRole.ADMINISTRATOR})
HOLDERS: dict[Right, frozenset[UserRole]] = {
    Right.LISTEN: _LEADS | {UserRole.MONITOR},
    Right.DOWNLOAD: _LEADS,
    Right.MASK: _LEADS,
    Right.HOLD: _LEADS,
    Right.ORIGINALS: frozenset({UserRole.ADMINISTRATOR}),
    Right.LISTENERS: _LEADS,
    Right.ROUNDS: _LEADS,
    Right.SECRETS: _LEADS,
}


def has(visitor: Visitor, right: Right) -> bool:
    """Whether the visitor has the right."""
    return user_of(visitor).role in HOLDERS[right]


def rights_of(visitor: Visitor) -> frozenset[Right]:
    """All rights of a visitor, for templates."""
    return frozenset(right for right in Right if has(visitor, right))


def require(visitor: Visitor, right: Right) -> None:
    """Raises NotAllowed."""
    if not has(visitor, right):
        holders = " or ".join(sorted(HOLDERS[right]))
        raise NotAllowed(f"this needs the right to {right}: ask a {holders}")
