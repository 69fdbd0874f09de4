"""`/me`: one's own account; `/me/password`, `/me/codes`, `/me/sessions`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import BadInput
from console.links import ME, OWN_CODES, OWN_PASSWORD
from console.me import service
from console.me.schemas import NewPassword
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin import totp
from console.signin.attempts import braked
from console.signin.visitors import Oneself, OneselfsForm, origin_of, user_of

router = APIRouter()


@router.get(ME)
def own_page(request: Request, console: Here, visitor: Oneself) -> Response:
    """Who one is, what one may do, the password, the codes, the sign-ins."""
    return _page(request, console, visitor, "me/page.html")


@router.get(OWN_PASSWORD)
def password_page(request: Request, console: Here, visitor: Oneself) -> Response:
    """The form for a new password."""
    return _page(request, console, visitor, "me/password.html", problem=None)


@router.post(OWN_PASSWORD)
def password_form(
    request: Request,
    console: Here,
    visitor: OneselfsForm,
    *,
    former: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change the own password; a refusal shows the form again and says why."""
    wish = NewPassword(former=former, password=password, again=again)
    try:
        with _braked(request, console, visitor):
            service.change_password(console.ledger, user_of(visitor), wish, token=visitor.secret)
    except BadInput as error:
        return _page(request, console, visitor, "me/password.html", status=422, problem=error_words(error))
    return RedirectResponse(visitor.home, status_code=303)


@router.get(OWN_CODES)
def codes_page(request: Request, console: Here, visitor: Oneself) -> Response:
    """How codes are set up: the secret as text and picture, until a code has confirmed it."""
    return _codes(request, console, visitor)


@router.post(OWN_CODES + "/begin")
def begin_codes(console: Here, visitor: OneselfsForm) -> Response:
    """Make a secret."""
    with console.ledger.transaction() as session:
        service.begin_totp(session, user_of(visitor), console.settings)
    return RedirectResponse(OWN_CODES, status_code=303)


@router.get(OWN_CODES + "/picture")
def codes_picture(console: Here, visitor: Oneself) -> Response:
    """The QR code of a secret that is not confirmed yet; 404 afterwards."""
    user = user_of(visitor)
    with console.ledger.reading() as session:
        address = service.pending_address(session, user, console.settings)
    headers = {"Cache-Control": "no-store"}
    return Response(totp.picture_of(address), media_type="image/svg+xml", headers=headers)


@router.post(OWN_CODES)
def confirm_codes(
    request: Request, console: Here, visitor: OneselfsForm, code: Annotated[str, Form()] = ""
) -> Response:
    """Take the first code and show the recovery codes, this once."""
    try:
        with console.ledger.transaction() as session:
            codes = service.confirm_totp(session, user_of(visitor), console.settings, code)
    except BadInput as error:
        return _codes(request, console, visitor, status=422, problem=error_words(error))
    return console.pages.page(request, "me/recovery.html", visitor, codes=codes)


@router.post(OWN_CODES + "/off")
def remove_codes(
    request: Request, console: Here, visitor: OneselfsForm, password: Annotated[str, Form()] = ""
) -> Response:
    """Switch codes off; needs the password."""
    with _braked(request, console, visitor):
        service.remove_totp(console.ledger, user_of(visitor), password)
    return RedirectResponse(ME, status_code=303)


@router.post(ME + "/sessions/{handle}/end")
def end_session(console: Here, visitor: OneselfsForm, handle: str) -> Response:
    """End one of the own sign-ins."""
    with console.ledger.transaction() as session:
        service.end_one(session, user_of(visitor), handle)
    return RedirectResponse(ME + "#sessions", status_code=303)


@router.post(ME + "/sessions/end")
def end_sessions(console: Here, visitor: OneselfsForm) -> Response:
    """End all sign-ins but this one."""
    with console.ledger.transaction() as session:
        service.end_others(session, user_of(visitor), visitor.secret)
    return RedirectResponse(ME + "#sessions", status_code=303)


def _braked(request: Request, console: Console, visitor: Visitor) -> AbstractContextManager[None]:
    return braked(console.attempts, user_of(visitor).name, origin_of(request).address)


def _codes(
    request: Request, console: Console, visitor: Visitor, status: int = 200, problem: str | None = None
) -> Response:
    user = user_of(visitor)
    with console.ledger.reading() as session:
        secret = service.pending_secret(session, user, console.settings)
    shown = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) if secret else None
    return _page(request, console, visitor, "me/codes.html", status=status, secret=shown, problem=problem)


def _page(
    request: Request, console: Console, visitor: Visitor, template: str, status: int = 200, **values: Any
) -> Response:
    with console.ledger.reading() as session:
        account = service.account_of(session, user_of(visitor), console.settings, visitor.secret)
    return console.pages.page(request, template, visitor, status=status, account=account, **values)
