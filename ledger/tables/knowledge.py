"""The knowledge window: articles with all their versions, their index, who read what, what was not found."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class ArticleRow(Base):
    """An article. What it says stands in its versions; `version` is the number of the one that counts."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArticleVersionRow(Base):
    """An article as it was written once, whole. Columns mirror `desks.knowledge.records.Version`."""

    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number", name="uq_article_versions_article_id_number"),
        Index("ix_article_versions_review_by", "review_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)  # Markdown
    tags: Mapped[list[str]] = mapped_column(JSON)
    desks: Mapped[list[str]] = mapped_column(JSON)  # ids; none: of all desks
    hints: Mapped[list[str]] = mapped_column(JSON)  # as `desks.knowledge.hints` reads them
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)  # the last day
    owner: Mapped[str] = mapped_column(String(128))
    review_by: Mapped[date | None] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(128))  # who wrote it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(500))


class ArticleTextRow(Base):
    """What is searched of an article, as `ledger.search_text` has it; `article_grams` is its index."""

    __tablename__ = "article_texts"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    head: Mapped[str] = mapped_column(Text)  # a line of characters for the title, one for each tag
    head_sounds: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    body_sounds: Mapped[str] = mapped_column(Text)


class ArticleHintRow(Base):
    """What of a call leads to an article: a thing that is known, and how its value must look."""

    __tablename__ = "article_hints"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    known: Mapped[str] = mapped_column(String(128), index=True)  # key:faults/2, fact:fault_number
    pattern: Mapped[str] = mapped_column(String(128))  # of a fact's value, with *; empty: whatever it is


class ArticleReadRow(Base):
    """Somebody read a version of an article, mostly during a call."""

    __tablename__ = "article_reads"
    __table_args__ = (Index("ix_article_reads_article_id_at", "article_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    version: Mapped[int] = mapped_column(Integer)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnowledgeQuestionRow(Base):
    """A question that the articles did not answer; those that sound alike are one."""

    __tablename__ = "knowledge_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))  # as it was asked first
    sounds: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), index=True)
    count: Mapped[int] = mapped_column(Integer)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))  # that answers it
    settled_by: Mapped[str | None] = mapped_column(String(128))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KnowledgeSearchRow(Base):
    """A search, while it is typed and after; one after which nothing was opened belongs to a question."""

    __tablename__ = "knowledge_searches"
    __table_args__ = (
        Index("ix_knowledge_searches_user_id_at", "user_id", "at"),
        Index("ix_knowledge_searches_settled_at", "settled", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(200))
    found: Mapped[int] = mapped_column(Integer)  # how many articles it offered
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    settled: Mapped[bool] = mapped_column(default=False)  # opened, or entered as a question
    question_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_questions.id"), index=True)
