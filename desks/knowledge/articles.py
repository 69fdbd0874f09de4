"""Repository of articles: every version stays, and the one that counts is named by its number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session

from desks.knowledge import hints, index
from desks.knowledge.errors import BadArticle, WrittenMeanwhile
from desks.knowledge.records import Text, Version
from ledger.clock import now
from ledger.errors import NotFound
from ledger.search_text import plain_of
from ledger.tables import ArticleRow, ArticleVersionRow

LONGEST_TITLE: Final = 200  # characters
LONGEST_BODY: Final = 20_000
MOST_LISTED: Final = 20  # tags, desks, hints
LONGEST_WORD: Final = 64  # a tag, a desk's id
LONGEST_OWNER: Final = 128
LONGEST_WHY: Final = 500


def checked(text: Text) -> Text:
    """The text as it is kept. Raises BadArticle."""
    _check_length("title", text.title.strip(), LONGEST_TITLE)
    _check_length("body", text.body.strip(), LONGEST_BODY)
    if not plain_of(text.title):
        raise BadArticle("title", "it must have a word that can be looked for")
    if text.valid_from and text.valid_to and text.valid_to < text.valid_from:
        raise BadArticle("valid_to", "it must not be before valid_from")
    if len(text.owner) > LONGEST_OWNER:
        raise BadArticle("owner", f"it has at most {LONGEST_OWNER} characters")
    return replace(
        text,
        title=" ".join(text.title.split()),
        body=text.body.replace("\r\n", "\n").strip(),
        tags=_listed("tags", text.tags),
        desks=_listed("desks", text.desks),
        hints=tuple(map(hints.checked_hint, _listed("hints", text.hints, hints.LONGEST))),
        owner=text.owner.strip(),
    )


def add(session: Session, text: Text, *, by: str, why: str) -> int:
    """Write a new article; its id. Raises BadArticle."""
    row = ArticleRow(version=1, made_at=now())
    session.add(row)
    session.flush()
    _write(session, row.id, 1, checked(text), by=by, why=why)
    return row.id


def change(session: Session, article_id: int, text: Text, *, begun: int, by: str, why: str) -> int:
    """Write the version after `begun`; its number. Raises NotFound, BadArticle, WrittenMeanwhile."""
    kept = checked(text)
    moved = session.execute(
        update(ArticleRow)
        .where(ArticleRow.id == article_id, ArticleRow.version == begun)
        .values(version=begun + 1)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise WrittenMeanwhile(article_id, begun=begun, current=get(session, article_id).number)
    _write(session, article_id, begun + 1, kept, by=by, why=why)
    return begun + 1


def get(session: Session, article_id: int, number: int | None = None) -> Version:
    """An article as it counts, or one of its versions. Raises NotFound."""
    query = (
        _current() if number is None else select(ArticleVersionRow).where(ArticleVersionRow.number == number)
    )
    row = session.scalars(query.where(ArticleVersionRow.article_id == article_id)).first()
    if row is None:
        raise NotFound(f"there is no article {article_id} with version {number or 1}; /knowledge lists them")
    return to_version(row)


def versions(session: Session, article_id: int) -> list[Version]:
    """All versions of an article, the newest first. Raises NotFound."""
    query = select(ArticleVersionRow).where(ArticleVersionRow.article_id == article_id)
    rows = session.scalars(query.order_by(ArticleVersionRow.number.desc())).all()
    if not rows:
        raise NotFound(f"there is no article {article_id}; /knowledge lists them")
    return [to_version(row) for row in rows]


def current_versions(session: Session, ids: Collection[int]) -> list[Version]:
    """These articles as they count."""
    return [to_version(row) for row in session.scalars(_current().where(ArticleRow.id.in_(list(ids))))]


def rank_columns(ids: Collection[int]) -> Select[Any, Any, Any, Any, Any]:
    """What orders these articles: desks, when each counts and was written."""
    row = ArticleVersionRow
    query = _current().where(ArticleRow.id.in_(list(ids)))
    return query.with_only_columns(row.article_id, row.desks, row.valid_from, row.valid_to, row.at)


def newest(session: Session, limit: int) -> list[Version]:
    """The articles that were written last."""
    query = _current().order_by(ArticleVersionRow.at.desc(), ArticleVersionRow.article_id.desc())
    return [to_version(row) for row in session.scalars(query.limit(limit))]


def due(session: Session, today: date) -> list[Version]:
    """Articles past the day by which somebody had to look at them, the longest first; not expired ones."""
    query = _due(today).order_by(ArticleVersionRow.review_by)
    return [to_version(row) for row in session.scalars(query)]


def count_due(session: Session, today: date) -> int:
    """How many these are."""
    return session.scalar(_due(today).with_only_columns(func.count())) or 0


def expired(session: Session, today: date) -> list[Version]:
    """Articles that count no more, the last that ended first."""
    query = _current().where(ArticleVersionRow.valid_to < today)
    return [to_version(row) for row in session.scalars(query.order_by(ArticleVersionRow.valid_to.desc()))]


def count(session: Session) -> int:
    """How many articles there are."""
    return session.scalar(select(func.count()).select_from(ArticleRow)) or 0


def titled(session: Session, title: str) -> Version | None:
    """The article with exactly this title."""
    row = session.scalars(_current().where(ArticleVersionRow.title == title)).first()
    return None if row is None else to_version(row)


def to_version(row: ArticleVersionRow) -> Version:
    """A row as its record."""
    text = Text(
        title=row.title,
        body=row.body,
        tags=tuple(row.tags),
        desks=tuple(row.desks),
        hints=tuple(row.hints),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        owner=row.owner,
        review_by=row.review_by,
    )
    return Version(article_id=row.article_id, number=row.number, text=text, by=row.by, at=row.at, why=row.why)


def _current() -> Select[Any]:
    on = and_(ArticleVersionRow.article_id == ArticleRow.id, ArticleVersionRow.number == ArticleRow.version)
    return select(ArticleVersionRow).join(ArticleRow, on)


def _due(today: date) -> Select[Any]:
    is_valid = ArticleVersionRow.valid_to.is_(None) | (ArticleVersionRow.valid_to >= today)
    return _current().where(ArticleVersionRow.review_by < today, is_valid)


def _write(session: Session, article_id: int, number: int, text: Text, *, by: str, why: str) -> None:
    _check_length("why", why.strip(), LONGEST_WHY)
    columns: Mapping[str, Any] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in asdict(text).items()
    }
    at: datetime = now()
    session.add(
        ArticleVersionRow(article_id=article_id, number=number, by=by, at=at, why=why.strip(), **columns)
    )
    index.enter(session, article_id, index.Entry.of(text.title, text.tags, text.body))
    hints.enter(session, article_id, text.hints)


def _check_length(field: str, text: str, longest: int) -> None:
    if not 1 <= len(text) <= longest:
        raise BadArticle(field, f"it has 1 to {longest} characters, not {len(text)}")


def _listed(field: str, words: Any, longest: int = LONGEST_WORD) -> tuple[str, ...]:
    listed = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(listed) > MOST_LISTED:
        raise BadArticle(field, f"at most {MOST_LISTED}, not {len(listed)}")
    for word in listed:
        if len(word) > longest:
            raise BadArticle(field, f"{word[:20]!r} is too long: at most {longest} characters")
    return listed
