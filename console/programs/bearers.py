"""A program's way in: `Authorization: Bearer TOKEN` under `/api`, as somebody, with some of their rights."""

from __future__ import annotations

from fastapi import Request

from console.errors import SignInNeeded
from console.links import API
from console.tokens import token_sha256
from ledger import programs
from ledger.database import Ledger
from ledger.records import User

SCHEME = "bearer "
PREFIX = "hl_"  # of every token, so that scanners for leaked secrets know them


def bearer_of(request: Request) -> str | None:
    """The token that a request under `/api` carries, or None."""
    given = request.headers.get("authorization", "")
    if not request.url.path.startswith(API) or not given.lower().startswith(SCHEME):
        return None
    return given[len(SCHEME) :].strip()


def holder_of(ledger: Ledger, token: str) -> tuple[int, User, frozenset[str]]:
    """The token's id, as whom the token asks, and with which rights. Raises SignInNeeded."""
    with ledger.reading() as session:
        found = programs.token_holder(session, token_sha256(token))
        if found is None:
            raise SignInNeeded("the token is unknown, revoked or expired; make another on /programs")
        is_use_due = programs.is_use_due(session, found[0])
    if is_use_due:
        with ledger.transaction() as session:
            programs.note_use(session, found[0])
    return found
