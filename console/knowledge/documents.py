"""Articles and questions as JSON documents of the API."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from console.knowledge.schemas import FoundView
from console.texts import Number
from desks.knowledge.records import Question, QuestionState, Validity, Version


class FoundDocument(BaseModel):
    """An article that a search or a call leads to."""

    id: int
    version: int
    title: str
    excerpt: str
    tags: list[str]
    validity: Validity
    score: float
    why: str  # of a hint, e.g. key:faults/2


class SearchDocument(BaseModel):
    """What was found. `search` is to be named when an article is opened: it was found then."""

    search: int | None
    articles: list[FoundDocument]


class ArticleDocument(BaseModel):
    """An article, one version of it."""

    id: int
    version: int
    title: str
    body: str  # Markdown
    tags: list[str]
    desks: list[str]
    hints: list[str]
    valid_from: date | None
    valid_to: date | None
    validity: Validity
    owner: str
    review_by: date | None
    by: str
    at: datetime
    why: str


class QuestionDocument(BaseModel):
    """A question asked and not found."""

    id: int
    text: str
    state: QuestionState
    count: int
    nothing_found: int
    first_at: datetime
    last_at: datetime
    desks: list[str]
    calls: list[str]
    article: int | None


class Settlement(BaseModel, extra="forbid"):
    """What becomes of a question: the article that answers it, or none where nobody has to write one."""

    article: Number | None = None


class Written(BaseModel):
    """What was written."""

    id: int
    version: int


def found_document(view: FoundView) -> FoundDocument:
    """An article of a list."""
    hit = view.hit
    return FoundDocument(
        id=hit.version.article_id,
        version=hit.version.number,
        title=hit.version.text.title,
        excerpt=view.excerpt,
        tags=list(hit.version.text.tags),
        validity=hit.validity,
        score=round(hit.score, 1),
        why=hit.why,
    )


def article_document(version: Version, today: date) -> ArticleDocument:
    """One version."""
    text = version.text
    return ArticleDocument(
        id=version.article_id,
        version=version.number,
        title=text.title,
        body=text.body,
        tags=list(text.tags),
        desks=list(text.desks),
        hints=list(text.hints),
        valid_from=text.valid_from,
        valid_to=text.valid_to,
        validity=text.validity(today),
        owner=text.owner,
        review_by=text.review_by,
        by=version.by,
        at=version.at,
        why=version.why,
    )


def question_document(question: Question) -> QuestionDocument:
    """One question."""
    return QuestionDocument(
        id=question.id,
        text=question.text,
        state=question.state,
        count=question.count,
        nothing_found=question.nothing_found,
        first_at=question.first_at,
        last_at=question.last_at,
        desks=list(question.desks),
        calls=list(question.calls),
        article=question.article_id,
    )
