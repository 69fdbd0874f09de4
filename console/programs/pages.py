"""`/programs`: tokens and webhooks, for administrators. `/api/openapi.json` describes the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from console.admission import holder
from console.context import Console, Here
from console.errors import BadInput
from console.openapi import describe
from console.programs import service, wording
from console.programs.schemas import NEW_TOKEN, NEW_WEBHOOK, TokenForm, WebhookForm, read_token, read_webhook
from console.refusal_words import error_words
from console.rendering import Visitor
from console.rights import FOR_PROGRAMS, HOLDERS, Right
from console.signin.visitors import AnyoneSignedIn, anyones_form, user_of
from console.texts import RowId
from ledger.webhooks import Event

router = APIRouter()

Administrator = Annotated[Visitor, holder(Right.PROGRAMS)]
AdministratorsForm = Annotated[Visitor, holder(Right.PROGRAMS, of=anyones_form)]


@router.get("/programs")
def page(request: Request, console: Here, visitor: Administrator) -> Response:
    """All tokens, all webhooks, and what is under way to them."""
    return _page(request, console, visitor)


@router.post("/programs/tokens")
def make_token(
    request: Request,
    console: Here,
    visitor: AdministratorsForm,
    *,
    title: Annotated[str, Form()] = "",
    user: Annotated[str, Form()] = "",
    rights: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    days: Annotated[str, Form()] = "",
) -> Response:
    """Make a token and show it, this once; a refusal shows the form as it was filled in."""
    form = TokenForm(title=title, user=user, rights=rights, days=days)
    try:
        with console.ledger.transaction() as session:
            wish = read_token(form, service.people(session))
            token = service.make_token(session, user_of(visitor), wish)
    except BadInput as error:
        return _page(request, console, visitor, token_form=form, token_problem=error)
    return _page(request, console, visitor, token=token)


@router.post("/programs/tokens/{token_id}/revoke")
def revoke_token(console: Here, visitor: AdministratorsForm, token_id: RowId) -> Response:
    """Let a token open nothing any more."""
    with console.ledger.transaction() as session:
        service.revoke_token(session, user_of(visitor), token_id)
    return RedirectResponse("/programs", status_code=303)


@router.post("/programs/webhooks")
def make_webhook(
    request: Request,
    console: Here,
    visitor: AdministratorsForm,
    *,
    url: Annotated[str, Form()] = "",
    events: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Make a webhook and show its secret, this once; a refusal shows the form as it was filled in."""
    form = WebhookForm(url=url, events=events)
    try:
        address, wanted = read_webhook(form)
    except BadInput as error:
        return _page(request, console, visitor, webhook_form=form, webhook_problem=error)
    with console.ledger.transaction() as session:
        secret = service.make_webhook(session, user_of(visitor), address, wanted)
    return _page(request, console, visitor, secret=secret)


@router.post("/programs/webhooks/{webhook_id}/stop")
def stop_webhook(console: Here, visitor: AdministratorsForm, webhook_id: RowId) -> Response:
    """Tell a webhook nothing any more."""
    with console.ledger.transaction() as session:
        service.stop_webhook(session, user_of(visitor), webhook_id)
    return RedirectResponse("/programs", status_code=303)


@router.post("/programs/deliveries/{delivery_id}/again")
def send_again(console: Here, visitor: AdministratorsForm, delivery_id: RowId) -> Response:
    """Send once more."""
    with console.ledger.transaction() as session:
        service.send_again(session, user_of(visitor), delivery_id)
    return RedirectResponse("/programs#deliveries", status_code=303)


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(request: Request, visitor: AnyoneSignedIn) -> Response:  # noqa: ARG001 - whoever is signed in
    """The API as OpenAPI 3.1."""
    return JSONResponse(describe(request.app.state.api_routes))


def _page(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    token: str | None = None,
    secret: str | None = None,
    token_form: TokenForm = NEW_TOKEN,
    token_problem: BadInput | None = None,
    webhook_form: WebhookForm = NEW_WEBHOOK,
    webhook_problem: BadInput | None = None,
) -> Response:
    with console.ledger.reading() as session:
        view = service.view(session)
    roles = {one.name: one.role for one in view.people}
    problem = token_problem or webhook_problem
    return console.pages.page(
        request,
        "programs/page.html",
        visitor,
        status=problem.http_status if problem else 200,
        view=view,
        events=list(Event),
        rights=[(right, roles.get(token_form.user) in {None, *HOLDERS[right]}) for right in FOR_PROGRAMS],
        told=wording,
        token=token,
        secret=secret,
        token_form=token_form,
        token_problem=error_words(token_problem) if token_problem else None,
        webhook_form=webhook_form,
        webhook_problem=error_words(webhook_problem) if webhook_problem else None,
    )
