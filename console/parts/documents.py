"""Later parts as JSON documents."""

from __future__ import annotations

from console.calls.later import LaterCard
from console.parts.schemas import PartDocument
from console.reviews.documents import finding_review_document
from ledger.states import Verdict


def part_document(card: LaterCard) -> PartDocument:
    """What people decided on a later part, for the API."""
    part = card.part
    return PartDocument(
        call_id=part.call_id,
        part=part.conversation_id,
        card=part.id,
        machine_score=part.card.score,
        score=card.score,
        undecided=card.undecided,
        findings=[
            finding_review_document(each) for each in card.judged if each.finding.verdict is Verdict.FAIL
        ],
    )
