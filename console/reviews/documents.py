"""All that people said of one call, for programs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from console.added.schemas import AddedDocument, added_document
from console.calls.schemas import CallView
from console.calls.shown import Judged
from console.marks.schemas import MarksDocument, marks_document
from console.reviews.schemas import DecidedDocument, ReviewDocument, review_document


class FindingReviewDocument(BaseModel):
    """What people decided on one finding."""

    finding: int
    rule: str
    version: int  # what the next decision has to have seen
    history: list[ReviewDocument]  # the oldest first; the last that is not undone counts


class CorrectedDocument(BaseModel):
    """A turn that people corrected."""

    turn: int
    machine: str
    text: str
    user: str
    at: datetime


class CallReviewDocument(BaseModel):
    """What people said of a call."""

    call_id: str
    machine_score: float | None
    score: float | None  # after review
    findings: list[FindingReviewDocument]
    added: list[AddedDocument]  # withdrawn ones too
    marks: list[MarksDocument]  # of each person the newest
    transcript: int | None  # which one the corrections are of
    corrections: list[CorrectedDocument]


def finding_review_document(judged: Judged) -> FindingReviewDocument:
    """What people decided on one finding, for programs."""
    return FindingReviewDocument(
        finding=judged.finding.id or 0,
        rule=judged.finding.rule,
        version=judged.version,
        history=[review_document(each) for each in judged.history],
    )


def decided_document(judged: Judged, score: float | None) -> DecidedDocument:
    """A finding after a decision, and the score then."""
    return DecidedDocument(
        finding=judged.finding.id or 0,
        version=judged.version,
        review=review_document(judged.review) if judged.review else None,
        score=score,
        history=[review_document(each) for each in judged.history],
    )


def call_review_document(view: CallView) -> CallReviewDocument:
    """A call's review for programs; empty for somebody who judges the call blind."""
    return CallReviewDocument(
        call_id=view.call.id,
        machine_score=view.scorecard.score if view.scorecard else None,
        score=view.score,
        findings=[finding_review_document(judged) for judged in view.judged],
        added=[added_document(one) for one in view.added],
        marks=[marks_document(one) for one in view.marks],
        transcript=view.transcript_id,
        corrections=[
            CorrectedDocument(
                turn=said.number,
                machine=said.machine,
                text=said.text,
                user=said.correction.user,
                at=said.correction.at,
            )
            for said in view.said
            if said.correction and said.machine is not None
        ],
    )
