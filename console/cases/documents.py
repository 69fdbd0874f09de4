"""Cases as JSON documents."""

from __future__ import annotations

from console.cases.repository import Waiting
from console.cases.schemas import (
    AppealDocument,
    CallOfCase,
    CaseDocument,
    CaseView,
    DifferenceDocument,
    PublishedDocument,
    PublishedFindingDocument,
    RulingDocument,
    TakenDocument,
)
from ledger.cases import Appeal, Published

__all__ = ["appeal_document", "case_document", "waiting_document"]


def case_document(view: CaseView) -> CaseDocument:
    """A case for the API."""
    case = view.case
    return CaseDocument(
        call_id=case.call_id,
        state=case.state,
        since=case.since,
        version=case.version,
        holder=view.name(case.holder_id) or None,
        held_since=case.held_since if view.name(case.holder_id) else None,
        appeal_until=None if view.is_blind else case.appeal_until,
        may=sorted(view.may),
        steps=[
            TakenDocument(at=each.at, user=each.user, step=each.step, state=each.state, note=each.note)
            for each in view.steps
        ],
        differences=[
            DifferenceDocument(
                finding=each.number,
                rule=each.rule,
                first_breach=each.first,
                second=each.second,
            )
            for each in view.differences
        ],
        published=_published_document(view.published) if view.published else None,
        appeal=appeal_document(view.appeal) if view.appeal else None,
    )


def appeal_document(appeal: Appeal) -> AppealDocument:
    """An appeal for the API."""
    return AppealDocument(
        call_id=appeal.call_id,
        at=appeal.at,
        user=appeal.user or None,
        text=appeal.text,
        findings=list(appeal.findings),
        decided_at=appeal.decided_at,
        outcome=appeal.outcome,
        note=appeal.note,
        rulings=[
            RulingDocument(finding=each.finding_id, upheld=each.is_upheld, reason=each.reason)
            for each in appeal.rulings
        ],
    )


def waiting_document(waiting: Waiting) -> CallOfCase:
    """A call in a list for the API."""
    return CallOfCase(
        call_id=waiting.call.id,
        hotline=waiting.call.hotline,
        received_at=waiting.call.received_at,
        state=waiting.case.state,
        since=waiting.case.since,
        appeal_until=waiting.case.appeal_until,
    )


def _published_document(published: Published) -> PublishedDocument:
    return PublishedDocument(
        at=published.at,
        machine_score=published.machine_score,
        score=published.score,
        findings=[
            PublishedFindingDocument(
                finding=each.number, rule=each.rule, points=each.points, decision=each.decision
            )
            for each in published.findings
        ],
    )
