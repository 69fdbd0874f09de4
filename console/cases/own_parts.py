"""What an operator said in calls that others had been asked in first: nobody else's part of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.calls.finding_documents import LaterPartDocument, later_part_document
from console.calls.later import LaterCard, card_of
from console.cases import repository
from console.cases.schemas import CallsOfCases
from ledger.later_parts import parts_of_operator
from ledger.later_reviews import reviews_of
from ledger.records import Call, User

MOST_SHOWN = 50


class OwnPartDocument(LaterPartDocument):
    """An operator's own part, and what people have made of it so far."""

    reviewed_score: float | None  # None: nothing was rejected
    rejected: list[str]  # rules whose finding somebody rejected: it does not count


class OwnCalls(CallsOfCases):
    """What an operator is shown of the own calls, and of those in which somebody else was asked first."""

    later_parts: list[OwnPartDocument]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCard:
    """An operator's part, with what people decided on it, and the call that it belongs to."""

    card: LaterCard
    call: Call


def own_parts(session: Session, operator: User) -> list[OwnCard]:
    """The newest ones, with secrets hidden."""
    found = parts_of_operator(session, operator.name, MOST_SHOWN)
    veils = repository.veils_of(session, [each.call.id for each in found])
    reviews = reviews_of(session, [each.part.id for each in found])
    return [
        OwnCard(
            card=card_of(each.part, reviews.get(each.part.id, ()), veils.get(each.call.id)), call=each.call
        )
        for each in found
    ]


def own_part_document(own: OwnCard) -> OwnPartDocument:
    """An operator's own part for the API."""
    judged = own.card.judged
    return OwnPartDocument(
        **later_part_document(own.card.part).model_dump(),
        reviewed_score=own.card.reviewed_score,
        rejected=[each.finding.rule for each in judged if each.review and not each.counts],
    )
