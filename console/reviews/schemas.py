"""What a monitor sends about a finding, and what programs are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form
from pydantic import BaseModel, ConfigDict

from console.errors import BadInput
from console.texts import Number, checked
from ledger.records import Review
from ledger.reject_reasons import RejectReason
from ledger.states import Decision

LONGEST_COMMENT = 2000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A decision on one finding of one call."""

    call_id: str
    finding_id: int
    decision: Decision
    comment: str
    reason: RejectReason | None = None  # of a rejection
    seen: int | None = None  # the finding's version that the person saw; None: whatever it is


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedRuling:
    """What a form carries of a decision: a dependency of the routes that take one."""

    decision: Annotated[str, Form()] = ""
    reason: Annotated[str, Form()] = ""
    comment: Annotated[str, Form()] = ""
    seen: Annotated[str, Form()] = ""


Typed = Annotated[TypedRuling, Depends()]


class RulingWish(BaseModel):
    """A decision, from a program."""

    model_config = ConfigDict(extra="forbid")

    decision: str
    reason: str = ""
    comment: str = ""
    seen: Number | None = None


class UndoWish(BaseModel):
    """Taking one's own decision back, from a program."""

    model_config = ConfigDict(extra="forbid")

    seen: Number | None = None


class ReviewDocument(BaseModel):
    """One decision."""

    user: str
    decision: Decision
    reason: RejectReason | None
    comment: str
    at: datetime
    undone: bool


class DecidedDocument(BaseModel):
    """A finding after a decision: `version` is what the next one has to have seen."""

    finding: int
    version: int
    review: ReviewDocument | None  # the decision that counts
    score: float | None  # the call's after review
    history: list[ReviewDocument]  # every decision ever taken, the oldest first


def review_document(review: Review) -> ReviewDocument:
    """A decision for programs."""
    return ReviewDocument(
        user=review.user,
        decision=review.decision,
        reason=review.reason,
        comment=review.comment,
        at=review.at,
        undone=review.is_undone,
    )


def read_ruling(typed: TypedRuling | RulingWish, *, call_id: str, finding_id: int) -> Ruling:
    """A ruling from a form or a program. Raises BadInput."""
    if typed.decision not in set(Decision):
        raise BadInput(f"decision must be one of {', '.join(Decision)}, got {typed.decision!r}")
    decided = Decision(typed.decision)
    return Ruling(
        call_id=call_id,
        finding_id=finding_id,
        decision=decided,
        comment=checked("comment", typed.comment, LONGEST_COMMENT),
        reason=_reason(typed.reason, typed.comment) if decided is Decision.REJECTED else None,
        seen=read_seen(typed.seen),
    )


def read_seen(seen: str | int | None) -> int | None:
    """The version that a form carries; nothing: any. Raises BadInput."""
    if seen is None or seen == "":
        return None
    if isinstance(seen, int) or (seen.isascii() and seen.isdigit() and len(seen) < 10):
        return int(seen)
    raise BadInput("seen must be the version that the page carries; load the page again")


def _reason(reason: str, comment: str) -> RejectReason:
    if reason not in set(RejectReason):
        raise BadInput(f"reason: a rejection needs one of {', '.join(RejectReason)}, got {reason[:40]!r}")
    if reason == RejectReason.OTHER and not comment.strip():
        raise BadInput("comment: another reason than those listed needs a comment that tells it")
    return RejectReason(reason)
