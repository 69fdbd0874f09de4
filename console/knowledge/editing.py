"""Writing articles: new ones, next versions, earlier texts put back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import BadInput
from console.knowledge import service
from console.knowledge.readers import Writer, WritersForm
from console.knowledge.schemas import Comparison, Typed
from console.refusal_words import error_words
from console.rendering import Visitor
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID, RowId
from desks.knowledge.errors import SettledMeanwhile, WrittenMeanwhile

A_FIELD = Form()


def _typed(
    *,
    title: Annotated[str, A_FIELD] = "",
    body: Annotated[str, A_FIELD] = "",
    tags: Annotated[str, A_FIELD] = "",
    desks: Annotated[list[str] | None, A_FIELD] = None,
    hints: Annotated[str, A_FIELD] = "",
    valid_from: Annotated[str, A_FIELD] = "",
    valid_to: Annotated[str, A_FIELD] = "",
    owner: Annotated[str, A_FIELD] = "",
    review_by: Annotated[str, A_FIELD] = "",
    why: Annotated[str, A_FIELD] = "",
) -> Typed:
    return Typed(
        title=title,
        body=body,
        tags=tags,
        desks=tuple(desks or ()),
        hints=hints,
        valid_from=valid_from,
        valid_to=valid_to,
        owner=owner,
        review_by=review_by,
        why=why,
    )


AsTyped = Annotated[Typed, Depends(_typed)]
Number = Annotated[int, Form(ge=1, le=HIGHEST_ID)]
Question = Annotated[int | None, Query(ge=1, le=HIGHEST_ID)]

router = APIRouter()


@router.get("/knowledge/new")
def new_page(request: Request, console: Here, visitor: Writer, question: Question = None) -> Response:
    """The form of a new article; for a question it has that for a title."""
    typed = Typed()
    if question is not None:
        with console.ledger.reading() as session:
            typed = Typed(title=service.find_question(session, question).text)
    return _form(request, console, visitor, typed, question=question)


@router.post("/knowledge")
def make(
    request: Request,
    console: Here,
    visitor: WritersForm,
    typed: AsTyped,
    question: Annotated[int | None, Form(ge=1, le=HIGHEST_ID)] = None,
) -> Response:
    """Write an article and go to it; a refusal shows the form again and says why.

    Where somebody settled the question meanwhile, what was written can be saved by itself.
    """
    try:
        with console.ledger.transaction() as session:
            made = service.make(session, user_of(visitor), typed.read(), typed.why, question)
    except (BadInput, SettledMeanwhile) as error:
        still_open = None if isinstance(error, SettledMeanwhile) else question
        problem, status = error_words(error), error.http_status
        return _form(request, console, visitor, typed, question=still_open, status=status, problem=problem)
    return RedirectResponse(f"/knowledge/{made}", status_code=303)


@router.get("/knowledge/{article_id}/edit")
def edit_page(request: Request, console: Here, visitor: Writer, article_id: RowId) -> Response:
    """The form of an article's next version."""
    with console.ledger.reading() as session:
        version = service.find_article(session, article_id)
    return _form(request, console, visitor, Typed.of(version.text), article=article_id, begun=version.number)


@router.post("/knowledge/{article_id}")
def change(
    request: Request, console: Here, visitor: WritersForm, *, article_id: RowId, typed: AsTyped, begun: Number
) -> Response:
    """Write the next version. Who comes second is shown what was written, and keeps the own text."""
    try:
        with console.ledger.transaction() as session:
            service.change(session, user_of(visitor), article_id, typed.read(), begun=begun, why=typed.why)
    except WrittenMeanwhile as error:
        with console.ledger.reading() as session:
            theirs = service.comparison(session, article_id, error.begun, error.current)
        return _form(
            request,
            console,
            visitor,
            typed,
            article=article_id,
            begun=error.current,
            status=409,
            problem=error_words(error),
            theirs=theirs,
        )
    except BadInput as error:
        return _form(
            request,
            console,
            visitor,
            typed,
            article=article_id,
            begun=begun,
            status=422,
            problem=error_words(error),
        )
    return RedirectResponse(f"/knowledge/{article_id}", status_code=303)


@router.post("/knowledge/{article_id}/restore")
def restore(
    console: Here,
    visitor: WritersForm,
    *,
    article_id: RowId,
    version: Number,
    begun: Number,
    why: Annotated[str, Form()] = "",
) -> Response:
    """Write an earlier text as the next version."""
    with console.ledger.transaction() as session:
        service.restore(session, user_of(visitor), article_id, number=version, begun=begun, why=why)
    return RedirectResponse(f"/knowledge/{article_id}", status_code=303)


def _form(
    request: Request,
    console: Console,
    visitor: Visitor,
    typed: Typed,
    *,
    article: int | None = None,
    begun: int | None = None,
    question: int | None = None,
    status: int = 200,
    problem: str = "",
    theirs: Comparison | None = None,
) -> Response:
    desks = {desk.id: desk.name for desk in console.switchboard.desks}
    return console.pages.page(
        request,
        "knowledge/form.html",
        visitor,
        status=status,
        typed=typed,
        article=article,
        begun=begun,
        question=question,
        problem=problem,
        compared=theirs,
        desks={**{desk: desk for desk in typed.desks}, **desks},
    )
