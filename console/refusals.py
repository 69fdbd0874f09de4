"""The one handler of errors: JSON for programs, a page for people, the sign-in for strangers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from console.context import console_of
from console.errors import BadInput, NoSuchPage, SignInNeeded, StepDue, TooLarge
from console.language import language_of
from console.links import API, HOME
from console.refusal_words import FAULT, error_words
from console.rendering import NOBODY, Visitor
from console.security import form_targets_of, harden, nonce_of
from console.signin.service import find_signed_in
from console.signin.visitors import SESSION_COOKIE
from ledger.errors import HotlineError

log = structlog.get_logger(__name__)


def handle_errors(app: FastAPI) -> None:
    """Answer every error with what to do about it, none with a traceback."""
    app.add_exception_handler(HotlineError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(Exception, _fail)


def _refuse(request: Request, error: Exception) -> Response:
    refusal = _as_hotline_error(error)
    status = error.status_code if isinstance(error, HTTPException) else refusal.http_status
    headers = getattr(error, "headers", None)
    log.info("refused", path=request.url.path, status=status, error=str(refusal))
    if isinstance(refusal, SignInNeeded) and not _is_program(request):
        return _send_to_sign_in(request)
    if isinstance(refusal, StepDue) and not _is_program(request):
        return _send_to(request, refusal.path)
    return _answer(
        request,
        status=status,
        msgid=error_words(refusal),
        detail=str(refusal),
        headers=headers,
    )


def _fail(request: Request, error: Exception) -> Response:
    """Our own fault: the log has the traceback, the reader has a sentence.

    The ledger may be the cause, so that nothing is asked of it.
    """
    log.error("request_failed", path=request.url.path, exc_info=error)
    response = _answer(
        request,
        status=500,
        msgid=FAULT,
        detail="internal error; the log says more",
        is_ledger_asked=False,
    )
    harden(response.headers, nonce_of(request), form_targets_of(request))
    return response


def _answer(
    request: Request,
    *,
    status: int,
    msgid: str,
    detail: str,
    is_ledger_asked: bool = True,  # who reads the page
    headers: Mapping[str, str] | None = None,
) -> Response:
    if _is_program(request):
        return JSONResponse({"error": detail}, status_code=status, headers=headers)
    pages = console_of(request).pages
    if "hx-request" in request.headers:
        sentence = pages.translate(language_of(request), msgid)
        return PlainTextResponse(sentence, status_code=status, headers=headers)
    visitor = _visitor(request) if is_ledger_asked else NOBODY
    page = pages.page(request, "error.html", visitor, status=status, msgid=msgid, detail=detail, code=status)
    page.headers.update(headers or {})
    return page


def _as_hotline_error(error: Exception) -> HotlineError:
    if isinstance(error, HotlineError):
        return error
    if isinstance(error, RequestValidationError):
        return BadInput("; ".join(_one_mistake(mistake) for mistake in error.errors()))
    assert isinstance(error, HTTPException)
    if error.status_code == TooLarge.http_status:
        return TooLarge(error.detail)
    return NoSuchPage(f"{error.detail}; go back to /calls")


def _one_mistake(mistake: Any) -> str:
    return f"{'.'.join(str(part) for part in mistake['loc'][1:])}: {mistake['msg']}"


def _is_program(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    wants_json = "application/json" in accepted and "text/html" not in accepted
    return request.url.path.startswith(API) or wants_json


def _send_to(request: Request, path: str) -> Response:
    if "hx-request" in request.headers:
        return PlainTextResponse("", status_code=403, headers={"HX-Redirect": path})
    return RedirectResponse(path, status_code=303)


def _send_to_sign_in(request: Request) -> Response:
    """Forms are not repeated after the sign-in: it goes back to the page that they stood on."""
    if "hx-request" in request.headers:
        address = "/sign-in?" + urlencode({"next": _page_of(request)})
        return PlainTextResponse("", status_code=401, headers={"HX-Redirect": address})
    back_path = _path(request.url.path, request.url.query) if request.method == "GET" else HOME
    return RedirectResponse("/sign-in?" + urlencode({"next": back_path}), status_code=303)


def _page_of(request: Request) -> str:
    """The page on which htmx asks; the browser says so, and others may say anything."""
    try:
        page = urlsplit(request.headers.get("hx-current-url", HOME))
    except ValueError:
        return HOME
    return _path(page.path, page.query)


def _path(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _visitor(request: Request) -> Visitor:
    token = request.cookies.get(SESSION_COOKIE, "")
    console = console_of(request)
    user = find_signed_in(console.ledger, token, console.settings.idle)
    return Visitor(user=user, secret=token) if user else NOBODY
