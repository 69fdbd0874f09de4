"""`/sign-in`, `/sign-in/code` and `/sign-out`."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import ProviderAway, ProviderRefused, TooManyAttempts, WrongCode, WrongPassword
from console.links import HOME, home_of, local_path
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.cookies import CODE_COOKIE, FORM_COOKIE, FORM_LIFE, set_cookie, set_session
from console.signin.schemas import Credentials, Opened
from console.signin.service import CODE_LIFE, enter_code, find_pending, find_signed_in, sign_in, sign_out
from console.signin.visitors import SESSION_COOKIE, OneselfsForm, check_form, origin_of, user_of
from console.tokens import new_token
from ledger.scopes import BY_DESK_AND_TEAM

log = structlog.get_logger(__name__)

HALF = "half"
HALF_OUT = f"/sign-in?out={HALF}"  # signed out here, and not at the provider

router = APIRouter()


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    console: Here,
    next: str = HOME,  # noqa: A002
    out: str = "",
) -> Response:
    """The form; after a sign-out that did not reach the provider it says so."""
    return _form(request, console, next_path=next, is_half_out=out == HALF)


@router.post("/sign-in")
def sign_in_form(
    request: Request,
    console: Here,
    *,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = HOME,  # noqa: A002
) -> Response:
    """Open a session and go where the visitor wanted to; a refusal shows the form again."""
    check_form(request.cookies.get(FORM_COOKIE, ""), csrf)
    credentials = Credentials(name=name.strip(), password=password, origin=origin_of(request))
    try:
        opened = sign_in(console.ledger, console.attempts, credentials, console.settings.session_life)
    except (WrongPassword, TooManyAttempts) as error:
        return _form(request, console, name=credentials.name, next_path=next, problem=error)
    if opened.is_pending:
        response = RedirectResponse(_code_address(next), status_code=303)
        set_cookie(request, response, CODE_COOKIE, opened.token, CODE_LIFE)
        return response
    return _enter(request, console, opened, next)


@router.get("/sign-in/code")
def code_page(request: Request, console: Here, next: str = HOME) -> Response:  # noqa: A002
    """The form for the code of the second factor."""
    find_pending(console.ledger, request.cookies.get(CODE_COOKIE, ""))
    return _code_form(request, console, next_path=next)


@router.post("/sign-in/code")
def code_form(
    request: Request,
    console: Here,
    *,
    code: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = HOME,  # noqa: A002
) -> Response:
    """Open the session whose password was right; a refusal shows the form again."""
    token = request.cookies.get(CODE_COOKIE, "")
    check_form(token, csrf)
    try:
        opened = enter_code(
            console.ledger,
            console.attempts,
            console.settings,
            token=token,
            code=code,
            origin=origin_of(request),
        )
    except (WrongCode, TooManyAttempts) as error:
        return _code_form(request, console, next_path=next, problem=error)
    return _enter(request, console, opened, next)


@router.post("/sign-out")
def sign_out_form(request: Request, console: Here, visitor: OneselfsForm) -> Response:
    """End the session, and go on to the provider where that opened it."""
    sign_out(console.ledger, visitor.secret)
    response = RedirectResponse(_after_sign_out(request, console, visitor), status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _after_sign_out(request: Request, console: Console, visitor: Visitor) -> str:
    """Where a provider cannot be asked ours is ended all the same, and the page says that theirs is not."""
    provider, issuer = console.provider, user_of(visitor).issuer
    if issuer is None:
        return "/sign-in"
    if provider is None or issuer != provider.oidc.issuer:
        return HALF_OUT
    back = (console.settings.console_url or str(request.base_url)).rstrip("/") + "/sign-in"
    try:
        return provider.sign_out_address(back) or HALF_OUT
    except (ProviderAway, ProviderRefused) as error:
        log.warning("provider_away", error=str(error))
        return HALF_OUT


def _enter(request: Request, console: Console, opened: Opened, wished: str) -> Response:
    """To where the visitor wanted to go; who is not of the staff has no list of calls."""
    user = find_signed_in(console.ledger, opened.token)
    address = local_path(wished)
    if user and user.role not in BY_DESK_AND_TEAM and address.startswith(HOME):
        address = home_of(user)
    response = RedirectResponse(address, status_code=303)
    set_session(request, response, opened.token, console.settings.session_life)
    return response


def _code_address(next_path: str) -> str:
    return "/sign-in/code?" + urlencode({"next": local_path(next_path)})


def _form(
    request: Request,
    console: Console,
    *,
    next_path: str,
    name: str = "",
    problem: WrongPassword | TooManyAttempts | None = None,
    is_half_out: bool = False,
) -> Response:
    secret = request.cookies.get(FORM_COOKIE) or new_token()
    response = _page(
        request,
        console,
        "sign_in.html",
        secret,
        next_path=next_path,
        problem=problem,
        name=name,
        is_half_out=is_half_out,
    )
    set_cookie(request, response, FORM_COOKIE, secret, FORM_LIFE)
    return response


def _code_form(
    request: Request, console: Console, *, next_path: str, problem: WrongCode | TooManyAttempts | None = None
) -> Response:
    secret = request.cookies.get(CODE_COOKIE, "")
    return _page(request, console, "sign_in_code.html", secret, next_path=next_path, problem=problem)


def _page(
    request: Request,
    console: Console,
    template: str,
    secret: str,
    *,
    next_path: str,
    problem: WrongPassword | WrongCode | TooManyAttempts | None,
    **values: Any,
) -> Response:
    return console.pages.page(
        request,
        template,
        Visitor(user=None, secret=secret),
        status=problem.http_status if problem else 200,
        next_path=local_path(next_path),
        provider=console.provider.oidc.title if console.provider else None,
        problem=error_words(problem) if problem else None,
        **values,
    )
