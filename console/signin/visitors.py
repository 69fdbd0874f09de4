"""Who asks: the dependencies that pages put before anything that needs a sign-in or carries a form."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request

from console.context import Here
from console.errors import ForgedForm, SignInNeeded
from console.rendering import Visitor
from console.signin.service import find_signed_in
from console.tokens import is_csrf_token
from ledger.errors import NotAllowed
from ledger.records import User

SESSION_COOKIE = "hotline_session"


def anyone_signed_in(request: Request, console: Here) -> Visitor:
    """The visitor, whatever the role. Raises SignInNeeded."""
    token = request.cookies.get(SESSION_COOKIE, "")
    user = find_signed_in(console.ledger, token)
    if user is None:
        raise SignInNeeded("sign in first")
    return Visitor(user=user, secret=token)


AnyoneSignedIn = Annotated[Visitor, Depends(anyone_signed_in)]


def signed_in(visitor: AnyoneSignedIn) -> Visitor:
    """The visitor, who is no operator: those see their own page alone. Raises NotAllowed."""
    if visitor.is_operator:
        raise NotAllowed(f"operators see their own page only; go to {visitor.home}")
    return visitor


SignedIn = Annotated[Visitor, Depends(signed_in)]


def anyones_form(visitor: AnyoneSignedIn, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The visitor, whose form carries the session's token. Raises ForgedForm."""
    check_form(visitor.secret, csrf)
    return visitor


AnyonesForm = Annotated[Visitor, Depends(anyones_form)]


def own_form(visitor: SignedIn, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The same of a visitor who is no operator. Raises NotAllowed, ForgedForm."""
    return anyones_form(visitor, csrf)


OwnForm = Annotated[Visitor, Depends(own_form)]


def check_form(secret: str, csrf: str) -> None:
    """Raises ForgedForm where a form's token does not belong to the visitor's secret."""
    if not is_csrf_token(secret, csrf):
        raise ForgedForm("the form's token is missing or wrong; load the page again")


def user_of(visitor: Visitor) -> User:
    """The user of a signed-in visitor."""
    assert visitor.user is not None
    return visitor.user
