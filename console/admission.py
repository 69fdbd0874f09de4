"""Whom a route admits: holders of a right; and calls, one's own: what is not one's own is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends

from console.context import Here
from console.rendering import Visitor
from console.rights import Right, require
from console.signin.visitors import AnyoneSignedIn, anyone_signed_in, user_of
from ledger.scopes import require_visible


def holder(right: Right, of: Callable[..., Visitor | Awaitable[Visitor]] = anyone_signed_in) -> Any:
    """The dependency of who has a right, of those whom another dependency admits. Raises NotAllowed."""
    asking = Depends(of)

    async def admitted(visitor: Visitor = asking) -> Visitor:
        require(visitor, right)
        return visitor

    return Depends(admitted)


def _own_call(console: Here, visitor: AnyoneSignedIn, call_id: str) -> str:
    with console.ledger.reading() as session:
        require_visible(session, user_of(visitor), call_id)
    return call_id


Listener = Annotated[Visitor, holder(Right.LISTEN)]  # staff, and who hears what was handed out
Watcher = Annotated[Visitor, holder(Right.WATCH)]  # of the wallboard, and of what operators do
# The call of the address. It stands after the visitor, whose role is refused first.
OwnCall = Annotated[str, Depends(_own_call)]
