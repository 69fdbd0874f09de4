"""`/api/knowledge`: the same for programs."""

from __future__ import annotations

from fastapi import APIRouter

from console.context import Here
from console.knowledge import service
from console.knowledge.documents import (
    ArticleDocument,
    QuestionDocument,
    SearchDocument,
    Settlement,
    Written,
    article_document,
    found_document,
    question_document,
)
from console.knowledge.pages import ACall, SearchId
from console.knowledge.readers import Reader, Writer
from console.knowledge.schemas import ArticleChange, ArticleOrder
from console.signin.visitors import user_of
from console.texts import RowId
from desks.knowledge.records import QuestionState

router = APIRouter()


@router.get("/api/knowledge")
def search_api(console: Here, visitor: Reader, q: str = "", call: ACall = "") -> SearchDocument:
    """Articles for `q`; without it those that a call leads to."""
    search, views = service.look_up(console, user_of(visitor), q, call or None)
    return SearchDocument(search=search, articles=[found_document(view) for view in views])


@router.get("/api/knowledge/questions")
def questions_api(
    console: Here, _visitor: Writer, state: QuestionState = QuestionState.OPEN
) -> list[QuestionDocument]:
    """Questions asked and not found."""
    with console.ledger.transaction() as session:
        return [question_document(one) for one in service.list_questions(session, state)]


@router.put("/api/knowledge/questions/{question_id}")
def settle_api(
    console: Here, visitor: Writer, question_id: RowId, settlement: Settlement
) -> QuestionDocument:
    """Answer a question by an article, or put it away."""
    with console.ledger.transaction() as session:
        service.settle(session, user_of(visitor), question_id, settlement.article)
        return question_document(service.find_question(session, question_id))


@router.get("/api/knowledge/{article_id}")
def article_api(
    console: Here,
    visitor: Reader,
    article_id: RowId,
    *,
    version: SearchId = None,
    call: ACall = "",
    search: SearchId = None,
) -> ArticleDocument:
    """An article or one of its versions, which counts as read, during a call where one is named."""
    found = service.open_article(
        console, user_of(visitor), article_id, number=version, call_id=call or None, search=search
    )
    return article_document(found, service.today_of(console))


@router.get("/api/knowledge/{article_id}/versions")
def versions_api(console: Here, _visitor: Reader, article_id: RowId) -> list[ArticleDocument]:
    """All versions, the newest first."""
    today = service.today_of(console)
    with console.ledger.reading() as session:
        return [article_document(one, today) for one in service.versions_of(session, article_id)]


@router.post("/api/knowledge")
def make_api(console: Here, visitor: Writer, order: ArticleOrder) -> Written:
    """Write an article."""
    with console.ledger.transaction() as session:
        made = service.make(session, user_of(visitor), order.read(), order.why)
    return Written(id=made, version=1)


@router.put("/api/knowledge/{article_id}")
def change_api(console: Here, visitor: Writer, article_id: RowId, change: ArticleChange) -> Written:
    """Write the version after `begun`."""
    with console.ledger.transaction() as session:
        number = service.change(
            session, user_of(visitor), article_id, change.read(), begun=change.begun, why=change.why
        )
    return Written(id=article_id, version=number)
