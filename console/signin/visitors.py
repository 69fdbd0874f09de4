"""Who asks: the dependencies that pages put before anything that needs a sign-in or carries a form.

Those that ask the ledger nothing are asynchronous: they need no thread, and no wait for one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request

from console.context import Console, Here
from console.errors import ForgedForm, SignInNeeded, StepDue
from console.links import API, OWN_CODES, OWN_PASSWORD
from console.programs.bearers import bearer_of, holder_of
from console.rendering import Visitor
from console.rights import Right, require
from console.signin.schemas import Origin
from console.signin.service import find_signed_in
from console.tokens import is_csrf_token
from ledger.errors import NotAllowed
from ledger.records import User
from ledger.settings import Settings

SESSION_COOKIE = "hotline_session"


def oneself(request: Request, console: Here) -> Visitor:
    """The visitor, whatever the role and whatever is still to be done; a program by its token.

    Whoever asks under `/api` is counted: a program by its token, people by who they are, strangers by where
    they come from. Raises SignInNeeded, TooManyRequests.
    """
    try:
        visitor, caller = _asking(request, console)
    except SignInNeeded:
        _count(request, console, f"address {origin_of(request).address}")
        raise
    _count(request, console, caller)
    return visitor


Oneself = Annotated[Visitor, Depends(oneself)]


async def anyone_signed_in(visitor: Oneself, console: Here) -> Visitor:
    """The visitor, whatever the role. Raises SignInNeeded, StepDue."""
    return past_steps(visitor, console)


AnyoneSignedIn = Annotated[Visitor, Depends(anyone_signed_in)]


async def signed_in(visitor: AnyoneSignedIn) -> Visitor:
    """The visitor, who is of the staff: others have pages of their own. Raises NotAllowed."""
    return of_staff(visitor)


SignedIn = Annotated[Visitor, Depends(signed_in)]


async def own_account_form(visitor: Oneself, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The visitor, whatever is still to be done, whose form carries the session's token."""
    check_form(visitor.secret, csrf)
    return visitor


OneselfsForm = Annotated[Visitor, Depends(own_account_form)]


async def anyones_form(visitor: AnyoneSignedIn, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The visitor, whose form carries the session's token. Raises ForgedForm."""
    check_form(visitor.secret, csrf)
    return visitor


AnyonesForm = Annotated[Visitor, Depends(anyones_form)]


async def own_form(visitor: SignedIn, csrf: Annotated[str, Form()] = "") -> Visitor:
    """The same of a visitor of the staff. Raises NotAllowed, ForgedForm."""
    check_form(visitor.secret, csrf)
    return visitor


OwnForm = Annotated[Visitor, Depends(own_form)]


def past_steps(visitor: Visitor, console: Console) -> Visitor:
    """The visitor, of whom nothing is still to be done. Raises StepDue."""
    if visitor.rights is None:  # a program cannot change a password or give a code
        check_steps(user_of(visitor), console.settings)
    return visitor


def of_staff(visitor: Visitor) -> Visitor:
    """The visitor, who is of the quality staff. Raises NotAllowed."""
    if not visitor.is_staff:
        raise NotAllowed(f"this page is for the quality staff; yours is {visitor.home}")
    require(visitor, Right.LIST)
    return visitor


def _asking(request: Request, console: Console) -> tuple[Visitor, str]:
    """Who asks, and in whose name it is counted. Raises SignInNeeded."""
    bearer = bearer_of(request)
    if bearer is not None:
        token_id, holder, rights = holder_of(console.ledger, bearer)
        return Visitor(user=holder, secret="", rights=rights), f"token {token_id}"
    token = request.cookies.get(SESSION_COOKIE, "")
    user = find_signed_in(console.ledger, token, console.settings.idle)
    if user is None:
        raise SignInNeeded("sign in first")
    return Visitor(user=user, secret=token), f"user {user.id}"


def _count(request: Request, console: Console, caller: str) -> None:
    if request.url.path.startswith(API):
        console.limits.take(caller)


def check_form(secret: str, csrf: str) -> None:
    """Raises ForgedForm where a form's token does not belong to the visitor's secret."""
    if not is_csrf_token(secret, csrf):
        raise ForgedForm("the form's token is missing or wrong; load the page again")


def check_steps(user: User, settings: Settings) -> None:
    """Raises StepDue where somebody must choose a password or set up codes before anything else."""
    if user.must_change:
        raise StepDue("the password was given to you: choose one of your own first", OWN_PASSWORD)
    if user.role in settings.roles_with_totp and not user.has_totp and user.issuer is None:
        raise StepDue("your role needs a second factor: set it up first", OWN_CODES)


def user_of(visitor: Visitor) -> User:
    """The user of a signed-in visitor."""
    assert visitor.user is not None
    return visitor.user


def origin_of(request: Request) -> Origin:
    """Where a request comes from."""
    address = request.client.host if request.client else ""
    return Origin(address=address, agent=request.headers.get("user-agent", ""))
