"""`/sign-in/provider` and the way back from there."""

from __future__ import annotations

from datetime import timedelta

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import NoSuchPage, ProviderRefused
from console.links import HOME, home_of
from console.oidc.provider import Provider
from console.oidc.schemas import Attempt
from console.oidc.service import claimed_by, take_in
from console.signin.cookies import set_cookie, set_session
from console.signin.service import open_foreign
from console.signin.visitors import origin_of
from ledger.scopes import BY_DESK_AND_TEAM

PROVIDER = "/sign-in/provider"
BACK = PROVIDER + "/back"
COOKIE = "hotline_provider"  # the secret of an attempt
LIFE = timedelta(minutes=10)

log = structlog.get_logger(__name__)

router = APIRouter()


@router.get(PROVIDER)
def leave(request: Request, console: Here, next: str = HOME) -> Response:  # noqa: A002
    """To the provider, with a state, a nonce and a challenge that only this browser's cookie answers."""
    attempt = Attempt.begin()
    address = _provider(console).address_for(attempt, next_path=next, back=_back(request, console))
    response = RedirectResponse(address, status_code=303)
    set_cookie(request, response, COOKIE, attempt.secret, LIFE)
    return response


@router.get(BACK)
def come_back(
    request: Request,
    console: Here,
    *,
    code: str = "",
    state: str = "",
    error: str = "",
    iss: str | None = None,
) -> Response:
    """Take the code, see who it is, and open a session."""
    provider, attempt = _provider(console), Attempt(request.cookies.get(COOKIE, ""))
    next_path = attempt.next_path(state)
    if next_path is None or iss not in {None, provider.oidc.issuer}:
        raise ProviderRefused("this answer belongs to no sign-in of this browser; sign in anew")
    if error or not code:
        raise ProviderRefused(f"the provider signed nobody in: {error[:60] or 'no code'}; sign in anew")
    claims = provider.redeem(code, attempt, _back(request, console))
    user = take_in(console.ledger, claimed_by(claims, provider.oidc), provider.oidc.issuer)
    life = console.settings.session_life
    opened = open_foreign(console.ledger, user, origin_of(request), life)
    is_lost = user.role not in BY_DESK_AND_TEAM and next_path.startswith(HOME)
    response = RedirectResponse(home_of(user) if is_lost else next_path, status_code=303)
    set_session(request, response, opened.token, life)
    response.delete_cookie(COOKIE)
    return response


def _provider(console: Console) -> Provider:
    if console.provider is None:
        raise NoSuchPage("no provider is configured; sign in with a password")
    return console.provider


def _back(request: Request, console: Console) -> str:
    """Where the provider sends the browser: it has to know this address exactly."""
    return (console.settings.console_url or str(request.base_url)).rstrip("/") + BACK
