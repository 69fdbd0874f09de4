"""What a monitor says of a call as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.errors import BadInput
from console.reviews.schemas import read_seen
from console.texts import Number, checked
from ledger.review_marks import HIGHEST, KEYS, LOWEST, STANDARDS, ReviewMarks

LONGEST_TEXT = 4000  # characters, of the comment and of the praise
MARKS = tuple(range(LOWEST, HIGHEST + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Marking:
    """Marks as somebody sends them."""

    marks: Mapping[str, int]
    comment: str | None  # None: as it was, and so of the praise
    praise: str | None
    seen: int | None  # the id of one's own newest marks that the page showed; 0: none


class MarkingWish(BaseModel):
    """Marks, from a program."""

    model_config = ConfigDict(extra="forbid")

    marks: dict[str, Number]  # by standard: 快, 准, 清, 亲
    comment: str = ""
    praise: str = ""
    seen: Number | None = None


class MarksDocument(BaseModel):
    """One person's marks; `id` is what the next ones have to have seen."""

    id: int
    user: str
    marks: dict[str, int]
    complete: bool
    comment: str
    praise: str
    at: datetime


def marks_document(marks: ReviewMarks) -> MarksDocument:
    """Marks for programs."""
    return MarksDocument(
        id=marks.id,
        user=marks.user,
        marks=dict(marks.marks),
        complete=marks.is_complete,
        comment=marks.comment,
        praise=marks.praise,
        at=marks.at,
    )


def read_marking(given: Mapping[str, str]) -> Marking:
    """Marks from a form's fields. Raises BadInput."""
    told = {standard: given.get(f"mark-{key}", "") for key, standard in KEYS.items()}
    return check_marking(
        {standard: _number(standard, mark) for standard, mark in told.items() if mark},
        comment=given.get("comment"),
        praise=given.get("praise"),
        seen=read_seen(given.get("seen")),
    )


def check_marking(
    marks: Mapping[str, int], *, comment: str | None, praise: str | None, seen: int | None
) -> Marking:
    """The same of what was read. Raises BadInput."""
    for standard, mark in marks.items():
        if standard not in STANDARDS or mark not in MARKS:
            raise BadInput(f"marks: {', '.join(STANDARDS)} have {LOWEST} to {HIGHEST}, got {mark!r}")
    comment, praise = _text("comment", comment), _text("praise", praise)
    if not (marks or comment or praise):
        raise BadInput("marks: give a mark, a comment or praise; nothing was filled in")
    return Marking(marks=marks, comment=comment, praise=praise, seen=seen)


def _text(name: str, text: str | None) -> str | None:
    return None if text is None else checked(name, text, LONGEST_TEXT)


def _number(standard: str, mark: str) -> int:
    if mark not in {str(each) for each in MARKS}:
        raise BadInput(f"the mark for {standard} must be {LOWEST} to {HIGHEST}, got {mark[:20]!r}")
    return int(mark)
