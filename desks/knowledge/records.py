"""Frozen records of the knowledge window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Validity(StrEnum):
    """Whether an article counts on a day."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What an article says, as somebody writes it."""

    title: str
    body: str  # Markdown
    tags: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()  # ids; none: of all desks
    hints: tuple[str, ...] = ()  # as `desks.knowledge.hints` reads them
    valid_from: date | None = None
    valid_to: date | None = None  # the last day
    owner: str = ""
    review_by: date | None = None

    def validity(self, today: date) -> Validity:
        """Whether it counts on a day."""
        if self.valid_to is not None and today > self.valid_to:
            return Validity.EXPIRED
        if self.valid_from is not None and today < self.valid_from:
            return Validity.NOT_YET
        return Validity.VALID

    def is_due(self, today: date) -> bool:
        """Whether somebody should have looked whether it is still true."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """An article as it was written once."""

    article_id: int
    number: int  # from 1
    text: Text
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """An article that a search or a call leads to."""

    version: Version
    validity: Validity
    score: float  # the higher, the better it fits
    why: str = ""  # of a hint: what of the call leads there


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Somebody read a version of an article."""

    article_id: int
    version: int
    title: str  # of that version
    call_id: str | None
    reader: str  # the name that is shown
    at: datetime


class QuestionState(StrEnum):
    """What became of a question that was not answered."""

    OPEN = "open"
    ANSWERED = "answered"  # an article says it now
    DISMISSED = "dismissed"  # nobody has to write anything


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question asked and not found."""

    id: int
    text: str
    state: QuestionState
    count: int
    first_at: datetime
    last_at: datetime
    desks: tuple[str, ...]  # whose operators asked it
    calls: tuple[str, ...]  # in which it was asked, the newest first
    nothing_found: int  # how often there was no article at all; else none was opened
    article_id: int | None
    settled_by: str | None
    settled_at: datetime | None
