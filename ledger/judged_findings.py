"""Repository of one finding with what it was judged from, and what people decided on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger import calls, judgements
from ledger.decisions import newest_review
from ledger.errors import NotFound
from ledger.records import Call, Finding, Transcript
from ledger.secrets_told import veil_of
from ledger.states import Decision
from ledger.tables import FindingRow, ScorecardRow


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedFinding:
    """A finding, its call, and the transcript that it rests on, in which secrets are hidden."""

    call: Call
    finding: Finding
    transcript: Transcript
    decision: Decision | None  # the newest; None: nobody has decided
    comment: str


def get_judged(session: Session, finding_id: int) -> JudgedFinding:
    """One finding. Raises NotFound."""
    row = session.get(FindingRow, finding_id)
    if row is None:
        raise NotFound(
            f"there is no finding {finding_id}; the address of a finding on its call's page has it"
        )
    card = session.get_one(ScorecardRow, row.scorecard_id)
    review = newest_review(session, finding_id)
    transcript = judgements.get_transcript(session, card.call_id, card.transcript_id)
    return JudgedFinding(
        call=calls.get_call(session, card.call_id),
        finding=judgements.to_finding(row),
        transcript=veil_of(session, card.call_id, card.transcript_id).over_transcript(transcript),
        decision=review.decision if review else None,
        comment=review.comment if review else "",
    )
