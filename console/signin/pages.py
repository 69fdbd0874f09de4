"""`/sign-in` and `/sign-out`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import TooManyAttempts, WrongPassword
from console.links import home_of, local_path
from console.rendering import Visitor
from console.signin.schemas import Credentials
from console.signin.service import SESSION_LIFE, find_signed_in, sign_in, sign_out
from console.signin.visitors import SESSION_COOKIE, AnyonesForm, check_form
from console.tokens import new_token
from console.words import error_words
from ledger.states import UserRole

FORM_COOKIE = "hotline_form"  # the secret behind the sign-in form's token, before there is a session

router = APIRouter()


@router.get("/sign-in")
def sign_in_page(request: Request, console: Here, next: str = "/calls") -> Response:  # noqa: A002
    """The form."""
    return _form(request, console, name="", next_path=local_path(next), problem=None, status=200)


@router.post("/sign-in")
def sign_in_form(
    request: Request,
    console: Here,
    *,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/calls",  # noqa: A002
) -> Response:
    """Open a session and go where the visitor wanted to; a refusal shows the form again."""
    check_form(request.cookies.get(FORM_COOKIE, ""), csrf)
    address = request.client.host if request.client else ""
    credentials = Credentials(name=name.strip(), password=password, address=address)
    try:
        token = sign_in(console.ledger, console.attempts, credentials)
    except (WrongPassword, TooManyAttempts) as error:
        return _form(
            request,
            console,
            name=credentials.name,
            next_path=local_path(next),
            problem=error_words(error),
            status=error.http_status,
        )
    response = RedirectResponse(_first_page(console, token, next), status_code=303)
    _set_cookie(request, response, SESSION_COOKIE, token, life_s=int(SESSION_LIFE.total_seconds()))
    response.delete_cookie(FORM_COOKIE)
    return response


@router.post("/sign-out")
def sign_out_form(console: Here, visitor: AnyonesForm) -> Response:
    """End the session."""
    sign_out(console.ledger, visitor.secret)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _first_page(console: Console, token: str, wished: str) -> str:
    """Where the visitor wanted to go; operators have one page."""
    user = find_signed_in(console.ledger, token)
    return home_of(user) if user and user.role is UserRole.OPERATOR else local_path(wished)


def _form(
    request: Request, console: Console, *, name: str, next_path: str, problem: str | None, status: int
) -> Response:
    secret = request.cookies.get(FORM_COOKIE) or new_token()
    visitor = Visitor(user=None, secret=secret)
    response = console.pages.page(
        request, "sign_in.html", visitor, status=status, name=name, next_path=next_path, problem=problem
    )
    _set_cookie(request, response, FORM_COOKIE, secret, life_s=3600)
    return response


def _set_cookie(request: Request, response: Response, name: str, value: str, *, life_s: int) -> None:
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=life_s, httponly=True, samesite="lax", secure=is_secure)
