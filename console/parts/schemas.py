"""What a monitor sends about a finding of a later part, and what programs are told of the part."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from console.reviews.documents import FindingReviewDocument
from console.reviews.schemas import RulingWish, UndoWish
from console.texts import Number


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A finding of a later part, as the page had it."""

    call_id: str
    part_id: int  # of the conversation
    card_id: int | None  # the scorecard on which the finding stands; None: nobody said which
    number: int  # of the finding, from 1


class PartRulingWish(RulingWish):
    """A decision, from a program; `card` is the scorecard that it has read."""

    card: Number


class PartUndoWish(UndoWish):
    """Taking one's own decision back, from a program."""

    card: Number


class PartDocument(BaseModel):
    """What people decided on a later part."""

    call_id: str
    part: int  # the conversation's id
    card: int  # which scorecard the decisions are on: a part that is judged anew is asked anew
    machine_score: float
    score: float  # after review
    undecided: int  # failed findings without a decision
    findings: list[FindingReviewDocument]  # the failed ones
