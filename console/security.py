"""Headers on every answer: nothing foreign is loaded, nothing inline is run, nobody frames the pages."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NONCE_BYTES = 16

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """ASGI middleware. Its nonce allows one thing: the style in the waveform's shadow tree."""

    def __init__(self, app: ASGIApp, form_targets: Sequence[str] = ()) -> None:
        self.app, self.form_targets = app, tuple(form_targets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        scope.setdefault("state", {}).update(nonce=nonce, form_targets=self.form_targets)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                harden(MutableHeaders(scope=message), nonce, self.form_targets)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def nonce_of(request: HTTPConnection) -> str:
    """The style nonce of this request; empty where the request never passed the middleware."""
    return str(request.scope.get("state", {}).get("nonce", ""))


def form_targets_of(request: HTTPConnection) -> tuple[str, ...]:
    """Origins beside our own to which a form of this request's page may lead."""
    return tuple(request.scope.get("state", {}).get("form_targets", ()))


def harden(headers: MutableHeaders, nonce: str, form_targets: Sequence[str] = ()) -> None:
    """Add the headers to an answer. A form may lead to a provider, where one is configured: signing out."""
    policy = (
        "default-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        " ".join(("form-action 'self'", *form_targets)),
        "frame-ancestors 'none'",
    )
    headers.update(_FIXED)
    headers["Content-Security-Policy"] = "; ".join(policy)
