"""Looks things up and keeps what was asked and read; writes articles and settles questions."""

from __future__ import annotations

from datetime import date

import structlog
from sqlalchemy.orm import Session

from console.context import Console
from console.errors import BadInput
from console.knowledge.schemas import FIELD_WORDS, Comparison, FoundView, checked_query, compare, found_views
from desks.knowledge import articles, calls, hints, questions, readings, searching
from desks.knowledge.errors import BadArticle
from desks.knowledge.records import Hit, Question, QuestionState, Reading, Text, Validity, Version
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.records import User

MOST_HINTED = 6
MOST_LISTED = 12  # of the newest, where nothing is looked for
MOST_READERS = 10

log = structlog.get_logger(__name__)


def today_of(console: Console) -> date:
    """The day on which articles count."""
    return now().astimezone(console.zone).date()


def look_up(
    console: Console, user: User, typed: str, call_id: str | None
) -> tuple[int | None, tuple[FoundView, ...]]:
    """Articles for what is typed, and the search's id; for nothing typed what the call leads to.

    Raises NotFound for a call that is not the user's, BadInput.
    """
    wanted, today = checked_query(typed), today_of(console)
    with console.ledger.reading() as session:
        if call_id:
            calls.require_own(session, user, call_id)
        if not wanted:
            return None, found_views(_hinted(session, call_id, today), "", today)
        desk = calls.known_of(session, call_id).desk if call_id else None
        hits = searching.find(session, wanted, today=today, desk=desk)
    with console.ledger.transaction() as session:
        questions.settle(session)
        search = questions.note_search(
            session, user_id=user.id, call_id=call_id, desk=desk or None, text=wanted, found=len(hits)
        )
    return search, found_views(hits, wanted, today)


def open_article(
    console: Console,
    user: User,
    article_id: int,
    *,
    number: int | None,
    call_id: str | None,
    search: int | None,
) -> Version:
    """An article or a version of it, which is kept as read. Raises NotFound."""
    with console.ledger.reading() as session:
        version = articles.get(session, article_id, number)
        if call_id:
            calls.require_own(session, user, call_id)
    with console.ledger.transaction() as session:
        readings.note(
            session, article_id=article_id, version=version.number, call_id=call_id or None, user_id=user.id
        )
        if search is not None:
            questions.note_opened(session, search_id=search, user_id=user.id, article_id=article_id)
    return version


def find_article(session: Session, article_id: int) -> Version:
    """An article, without anybody reading it. Raises NotFound."""
    return articles.get(session, article_id)


def versions_of(session: Session, article_id: int) -> list[Version]:
    """All versions, the newest first. Raises NotFound."""
    return articles.versions(session, article_id)


def readers_of(session: Session, article_id: int) -> list[Reading]:
    """Who read it last."""
    return readings.of_article(session, article_id, MOST_READERS)


def reads_of_call(session: Session, call_id: str) -> list[Reading]:
    """What was read during a call."""
    return readings.of_call(session, call_id)


def comparison(session: Session, article_id: int, before: int, after: int) -> Comparison:
    """What differs between two versions. Raises NotFound."""
    return compare(articles.get(session, article_id, before), articles.get(session, article_id, after))


def listed(session: Session, show: str, today: date) -> tuple[FoundView, ...]:
    """Articles to be looked at again, those that count no more, or the newest."""
    if show == "due":
        found = articles.due(session, today)
    elif show == "expired":
        found = articles.expired(session, today)
    else:
        found = articles.newest(session, MOST_LISTED)
    return found_views([_hit(version, today) for version in found], "", today)


def counts(session: Session, today: date) -> dict[str, int]:
    """How many articles there are, are to be looked at, and questions wait."""
    return {
        "articles": articles.count(session),
        "due": articles.count_due(session, today),
        "questions": questions.count_open(session),
    }


def make(session: Session, user: User, text: Text, why: str, question_id: int | None = None) -> int:
    """Write an article, which may answer a question; its id. Raises BadInput, NotFound, SettledMeanwhile."""
    try:
        made = articles.add(session, text, by=user.name, why=why)
    except BadArticle as error:
        raise bad_input(error) from error
    _note(session, user, article=made, what="made")
    if question_id is not None:
        settle(session, user, question_id, made)
    return made


def change(session: Session, user: User, article_id: int, text: Text, *, begun: int, why: str) -> int:
    """Write its next version; the number. Raises NotFound, BadInput, WrittenMeanwhile."""
    try:
        number = articles.change(session, article_id, text, begun=begun, by=user.name, why=why)
    except BadArticle as error:
        raise bad_input(error) from error
    _note(session, user, article=article_id, what=f"version {number}")
    return number


def restore(session: Session, user: User, article_id: int, *, number: int, begun: int, why: str) -> int:
    """Write an earlier version's text as the next one. Raises NotFound, BadInput, WrittenMeanwhile."""
    text = articles.get(session, article_id, number).text
    return change(session, user, article_id, text, begun=begun, why=why)


def list_questions(session: Session, state: QuestionState) -> list[Question]:
    """Questions asked and not found; what has rested is one of them from now on."""
    questions.settle(session)
    return questions.list_questions(session, state)


def find_question(session: Session, question_id: int) -> Question:
    """One. Raises NotFound."""
    return questions.get_question(session, question_id)


def settle(session: Session, user: User, question_id: int, article_id: int | None) -> None:
    """An article answers it, or nobody has to. Raises NotFound, SettledMeanwhile."""
    if article_id is not None:
        articles.get(session, article_id)
    questions.close(session, question_id, article_id=article_id, by=user.name)
    details = {"question": str(question_id), "article": str(article_id or "")}
    write(session, Act(user=user, action=AuditAction.QUESTION_SETTLED, details=details))


def bad_input(error: BadArticle) -> BadInput:
    """A mistake of an article, as pages tell it."""
    return BadInput(str(error), FIELD_WORDS.get(error.field))


def _hinted(session: Session, call_id: str | None, today: date) -> list[Hit]:
    """What a call leads to, each article once, for what tells most; none that do not count."""
    if not call_id:
        return []
    met = hints.met(session, calls.known_of(session, call_id))
    best = {one.article_id: one for one in reversed(met)}
    versions = articles.current_versions(session, best)
    hits = [_hit(version, today, best[version.article_id]) for version in versions]
    valid = [hit for hit in hits if hit.validity is Validity.VALID]
    return sorted(valid, key=lambda hit: (-hit.score, hit.version.article_id))[:MOST_HINTED]


def _hit(version: Version, today: date, met: hints.Met | None = None) -> Hit:
    validity = version.text.validity(today)
    if met is None:
        return Hit(version=version, validity=validity, score=0.0)
    return Hit(version=version, validity=validity, score=float(met.weight), why=met.hint)


def _note(session: Session, user: User, *, article: int, what: str) -> None:
    details = {"article": str(article), "what": what}
    write(session, Act(user=user, action=AuditAction.ARTICLE_CHANGED, details=details))
    log.info("article_written", article=article, what=what)
