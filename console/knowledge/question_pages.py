"""`/knowledge/questions`: what was asked and not found, to be answered by an article or put away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Here
from console.errors import BadInput
from console.knowledge import service
from console.knowledge.readers import Writer, WritersForm
from console.signin.visitors import user_of
from console.texts import RowId, whole_number
from console.words import N_
from desks.knowledge.records import QuestionState

router = APIRouter()


@router.get("/knowledge/questions")
def questions_page(
    request: Request, console: Here, visitor: Writer, state: QuestionState = QuestionState.OPEN
) -> Response:
    """The questions, the most asked first."""
    with console.ledger.transaction() as session:
        questions = service.list_questions(session, state)
    return console.pages.page(
        request,
        "knowledge/questions.html",
        visitor,
        questions=questions,
        state=state,
        desks={desk.id: desk.name for desk in console.switchboard.desks},
    )


@router.post("/knowledge/questions/{question_id}")
def settle(
    console: Here, visitor: WritersForm, question_id: RowId, article: Annotated[str, Form()] = ""
) -> Response:
    """An article that is there answers it; without one nobody has to."""
    with console.ledger.transaction() as session:
        service.settle(session, user_of(visitor), question_id, _article_id(article))
    return RedirectResponse("/knowledge/questions", status_code=303)


def _article_id(typed: str) -> int | None:
    number = typed.strip()
    if not number:
        return None
    found = whole_number(number)
    if not found:
        raise BadInput(
            f"article must be the number of one, got {number[:20]!r}", N_("请填条目的编号，例如 12。")
        )
    return found
