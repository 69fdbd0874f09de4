"""Repository of who read what, and during which call."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from desks.knowledge.records import Reading
from ledger.clock import now
from ledger.tables import ArticleReadRow, ArticleVersionRow, UserRow


def note(session: Session, *, article_id: int, version: int, call_id: str | None, user_id: int) -> None:
    """Somebody opens a version; during a call each is kept once."""
    of_call = (
        ArticleReadRow.article_id == article_id,
        ArticleReadRow.version == version,
        ArticleReadRow.call_id == call_id,
        ArticleReadRow.user_id == user_id,
    )
    if call_id is not None and session.scalar(select(ArticleReadRow.id).where(*of_call).limit(1)):
        return
    session.add(
        ArticleReadRow(article_id=article_id, version=version, call_id=call_id, user_id=user_id, at=now())
    )
    session.flush()


def of_call(session: Session, call_id: str) -> list[Reading]:
    """What was read during a call, in order of time."""
    rows = session.execute(_readings().where(ArticleReadRow.call_id == call_id).order_by(ArticleReadRow.id))
    return [_reading(row, title, name) for row, title, name in rows]


def of_article(session: Session, article_id: int, limit: int) -> list[Reading]:
    """Who read an article last, the newest first."""
    query = _readings().where(ArticleReadRow.article_id == article_id).order_by(ArticleReadRow.id.desc())
    return [_reading(row, title, name) for row, title, name in session.execute(query.limit(limit))]


def _readings() -> Select[Any, Any, Any]:
    version = and_(
        ArticleVersionRow.article_id == ArticleReadRow.article_id,
        ArticleVersionRow.number == ArticleReadRow.version,
    )
    return (
        select(ArticleReadRow, ArticleVersionRow.title, UserRow.display_name)
        .join(ArticleVersionRow, version)
        .join(UserRow, UserRow.id == ArticleReadRow.user_id)
    )


def _reading(row: ArticleReadRow, title: str, reader: str) -> Reading:
    return Reading(
        article_id=row.article_id,
        version=row.version,
        title=title,
        call_id=row.call_id,
        reader=reader,
        at=row.at,
    )
