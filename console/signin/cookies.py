"""The cookies of sign-in: all HttpOnly and SameSite=Lax, and over TLS alone where the page came over TLS."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response

from console.signin.visitors import SESSION_COOKIE

FORM_COOKIE = "hotline_form"  # the secret behind the sign-in form's token, before there is a session
CODE_COOKIE = "hotline_code"  # the first half of a session: the password was right, the code is to come
FORM_LIFE = timedelta(hours=1)


def set_cookie(request: Request, response: Response, name: str, value: str, life: timedelta) -> None:
    """Give the browser a cookie."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )


def set_session(request: Request, response: Response, token: str, life: timedelta) -> None:
    """Give the browser a whole session, and take back what led to it."""
    set_cookie(request, response, SESSION_COOKIE, token, life)
    response.delete_cookie(FORM_COOKIE)
    response.delete_cookie(CODE_COOKIE)
