"""What the roles may do. docs/roles.md has it as a table; `tests/console/test_roles_page.py` compares them.

A right says what somebody may do, `ledger.scopes` with which calls.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ledger.errors import NotAllowed
from ledger.states import UserRole

if TYPE_CHECKING:  # what the pages render needs the rights
    from console.rendering import Visitor


class Right(StrEnum):
    """What needs a right."""

    LIST = "list"  # the calls of one's desks and teams, their transcripts and findings
    LISTEN = "listen"
    DOWNLOAD = "download"
    MASK = "mask"
    HOLD = "hold"  # and release
    ORIGINALS = "originals"  # hear what is masked
    LISTENERS = "listeners"  # see who listened
    ROUNDS = "rounds"  # see how far rounds are and what they gave, and close them
    SECRETS = "secrets"  # see and hear what callers told of cards, telephones and addresses
    REVIEW = "review"  # decide on findings, mark, comment, correct
    SAMPLES = "samples"  # see draws, and say what was found in their calls
    HANDED_OUT = "handed_out"  # as an outsider: hear what one was handed, and say what was found in it
    OWN = "own"  # as an operator: the own state and calls
    HAND_OUT = "hand_out"  # give calls to others
    PUBLISH = "publish"  # show a review to the operator
    APPEAL = "appeal"  # against a published review
    DECIDE = "decide"  # on appeals
    TRAIN = "train"  # clips, playlists
    LEARN = "learn"  # hear playlists, discuss, mark clips
    FIGURES = "figures"
    WATCH = "watch"  # the wallboard, what operators do now, what callers left for a desk
    SET_STATES = "set_states"  # of operators, and pause their recordings; operators their own by `own`
    AUDIT = "audit"  # read and verify the audit log
    USERS = "users"  # who signs in, with which role
    PROGRAMS = "programs"  # tokens and webhooks
    DESK = "desk"  # a desk's tools: look up entries and articles, propose entries, open tickets
    DIRECTORY = "directory"  # change entries, import them, decide on what was proposed
    KNOWLEDGE = "knowledge"  # write articles
    TICKETS = "tickets"  # assign tickets and take every step of theirs; edit kinds, causes, limits
    CAMPAIGNS = "campaigns"  # call-backs: make, start and stop them
    BUSINESS = "business"  # the desks' own figures: faults, sales, call-backs


_ADMINISTRATOR = UserRole.ADMINISTRATOR
_QUALITY = frozenset({UserRole.QUALITY_LEAD, _ADMINISTRATOR})
_LEADS = _QUALITY | {UserRole.TEAM_LEAD}
_STAFF = _LEADS | {UserRole.MONITOR}
HOLDERS: dict[Right, frozenset[UserRole]] = {
    Right.LIST: _STAFF,
    Right.LISTEN: _STAFF | {UserRole.SUPERVISOR},
    Right.DOWNLOAD: _LEADS,
    Right.MASK: _LEADS,
    Right.HOLD: _LEADS,
    Right.ORIGINALS: frozenset({_ADMINISTRATOR}),
    Right.LISTENERS: _LEADS | {UserRole.AUDITOR},
    Right.ROUNDS: _LEADS,
    Right.SECRETS: _LEADS,
    Right.REVIEW: _STAFF,
    Right.SAMPLES: _STAFF,
    Right.HANDED_OUT: frozenset({UserRole.SUPERVISOR}),
    Right.OWN: frozenset({UserRole.OPERATOR}),
    Right.HAND_OUT: _QUALITY,
    Right.PUBLISH: _LEADS,
    Right.APPEAL: frozenset({UserRole.OPERATOR, UserRole.TEAM_LEAD}),
    Right.DECIDE: _LEADS,
    Right.TRAIN: _STAFF,
    Right.LEARN: _STAFF | {UserRole.OPERATOR},
    Right.FIGURES: _LEADS | {UserRole.AUDITOR},
    Right.WATCH: _STAFF,
    Right.SET_STATES: frozenset({UserRole.TEAM_LEAD, _ADMINISTRATOR}),
    Right.AUDIT: frozenset({_ADMINISTRATOR, UserRole.AUDITOR}),
    Right.USERS: frozenset({_ADMINISTRATOR}),
    Right.PROGRAMS: frozenset({_ADMINISTRATOR}),
    Right.DESK: _STAFF | {UserRole.OPERATOR, UserRole.DISPATCHER, UserRole.EDITOR},
    Right.DIRECTORY: frozenset({UserRole.EDITOR, _ADMINISTRATOR}),
    Right.KNOWLEDGE: _LEADS | {UserRole.EDITOR},
    Right.TICKETS: frozenset({UserRole.DISPATCHER, UserRole.TEAM_LEAD, _ADMINISTRATOR}),
    Right.CAMPAIGNS: _LEADS | {UserRole.DISPATCHER},
    Right.BUSINESS: _LEADS | {UserRole.AUDITOR, UserRole.DISPATCHER},
}

# What there is under /api: a token with another right could do nothing by it.
FOR_PROGRAMS: tuple[Right, ...] = (
    *(Right.LIST, Right.SECRETS, Right.MASK, Right.REVIEW, Right.ROUNDS),
    *(Right.HAND_OUT, Right.PUBLISH, Right.APPEAL, Right.DECIDE),
    *(Right.TRAIN, Right.LEARN, Right.WATCH, Right.SET_STATES, Right.OWN),
    *(Right.DESK, Right.KNOWLEDGE, Right.TICKETS, Right.CAMPAIGNS, Right.DIRECTORY, Right.BUSINESS),
)


def has(visitor: Visitor, right: Right) -> bool:
    """Whether the visitor has the right."""
    if visitor.rights is not None and right not in visitor.rights:
        return False
    return visitor.user is not None and visitor.user.role in HOLDERS[right]


def rights_of(visitor: Visitor) -> frozenset[Right]:
    """All rights of a visitor, for templates."""
    return frozenset(right for right in Right if has(visitor, right))


def require(visitor: Visitor, right: Right) -> None:
    """Raises NotAllowed."""
    if visitor.rights is not None and right not in visitor.rights:
        raise NotAllowed(f"the token has no right to {right}: make one that has it")
    if not has(visitor, right):
        holders = ", ".join(sorted(HOLDERS[right]))
        raise NotAllowed(f"this needs the right to {right}: ask somebody who has it: {holders}")


def require_own_or(visitor: Visitor, right: Right) -> None:
    """For what operators have of their own, and others by a right. Raises NotAllowed."""
    require(visitor, Right.OWN if visitor.is_operator else right)
