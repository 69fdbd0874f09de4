"""Repository of a transferred call's later parts: the scorecards of the conversations after its first.

The call's own score, flags and sums are the first operator's (首问负责), see `ledger.judgements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from ledger import webhooks
from ledger.calls import to_call
from ledger.canaries import not_canary
from ledger.clock import now
from ledger.conversations import Conversation
from ledger.records import Call, Evidence, Finding, Scorecard
from ledger.states import Verdict
from ledger.tables import CallRow, LaterScorecardRow
from ledger.teams import team_of


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterPart:
    """A later conversation with a scorecard of it, mostly its newest; findings are numbered from 1 on."""

    id: int  # of the scorecard
    conversation_id: int
    call_id: str
    operator: str
    desk: str
    team: str | None
    card: Scorecard
    created_at: datetime

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What was judged a breach, the worst first."""
        failed = [finding for finding in self.card.findings if finding.verdict is Verdict.FAIL]
        return tuple(sorted(failed, key=lambda finding: -finding.points))


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPart:
    """A later part and the call that it belongs to."""

    part: LaterPart
    call: Call


def save_parts(
    session: Session, call_id: str, transcript_id: int, judged: Iterable[tuple[Conversation, Scorecard]]
) -> None:
    """Keep scorecards of later conversations beside the older ones; new flags are announced."""
    for conversation, card in judged:
        before = _newest_row(session, conversation.id)
        row = LaterScorecardRow(
            conversation_id=conversation.id,
            call_id=call_id,
            transcript_id=transcript_id,
            operator=conversation.operator,
            desk=conversation.desk,
            team=before.team if before else team_of(session, conversation.operator),
            pack=card.pack,
            pack_version=card.pack_version,
            score=card.score,
            flags=list(card.flags),
            flag_count=len(card.flags),
            limits=dict(card.limits),
            findings=[_document(finding) for finding in card.findings],
            undecided=sum(finding.verdict is Verdict.FAIL for finding in card.findings),
            created_at=now(),
        )
        session.add(row)
        session.flush()
        if not set(card.flags) <= set(before.flags if before else ()):
            webhooks.announce(session, webhooks.Event.FLAGGED, call_id, later_part=_told(row))


def newest_parts(session: Session, call_id: str, transcript_id: int | None = None) -> tuple[LaterPart, ...]:
    """The later parts of a call in their order; by one transcript where that is asked."""
    query = select(LaterScorecardRow).where(LaterScorecardRow.call_id == call_id)
    if transcript_id is not None:
        query = query.where(LaterScorecardRow.transcript_id == transcript_id)
    newest = {row.conversation_id: row for row in session.scalars(query.order_by(LaterScorecardRow.id))}
    return tuple(_part(newest[conversation_id]) for conversation_id in sorted(newest))


def flagged_parts(session: Session, call_ids: Sequence[str]) -> dict[str, tuple[LaterPart, ...]]:
    """The flagged later parts of these calls; calls that have none are left out."""
    query = select(LaterScorecardRow).where(LaterScorecardRow.call_id.in_(call_ids), *_is_flagged())
    found: dict[str, tuple[LaterPart, ...]] = {}
    for row in session.scalars(query.order_by(LaterScorecardRow.conversation_id)):
        found[row.call_id] = (*found.get(row.call_id, ()), _part(row))
    return found


def flagged_calls() -> Select[str]:
    """Ids of the calls of which a later part is flagged: a query that stands by itself in any other."""
    return select(LaterScorecardRow.call_id).where(*_is_flagged()).correlate(None)


def undecided_calls() -> Select[str]:
    """Those of them in which nobody has decided yet on some failed finding of a flagged part."""
    return flagged_calls().where(LaterScorecardRow.undecided > 0)


def parts_of_operator(session: Session, operator: str, most: int) -> list[OwnPart]:
    """What an operator said in calls that others had been asked in first; the newest conversations first."""
    query = (
        select(LaterScorecardRow, CallRow)
        .join(CallRow, CallRow.id == LaterScorecardRow.call_id)
        .where(LaterScorecardRow.operator == operator, _is_newest(), not_canary())
        .order_by(LaterScorecardRow.conversation_id.desc())
        .limit(most)
    )
    return [OwnPart(part=_part(row), call=to_call(call)) for row, call in session.execute(query)]


def to_finding(document: dict[str, Any]) -> Finding:
    """A finding as a row keeps it, as a record."""
    evidence = document["evidence"]
    return Finding(
        **{
            **document,
            "verdict": Verdict(document["verdict"]),
            "evidence": Evidence(**evidence) if evidence else None,
            "more": tuple(Evidence(**each) for each in document["more"]),
        }
    )


def rewrite(row: LaterScorecardRow, findings: Iterable[Finding]) -> None:
    """Other words in the findings of a row, e.g. masked ones."""
    row.findings = [_document(finding) for finding in findings]


def _document(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if name != "id"}


def _told(row: LaterScorecardRow) -> dict[str, object]:
    """What a webhook is told of it."""
    return {
        "conversation_id": row.conversation_id,
        "desk": row.desk,
        "operator": row.operator,
        "score": row.score,
        "flags": list(row.flags),
    }


def _newest_row(session: Session, conversation_id: int) -> LaterScorecardRow | None:
    query = select(LaterScorecardRow).where(LaterScorecardRow.conversation_id == conversation_id)
    return session.scalars(query.order_by(LaterScorecardRow.id.desc()).limit(1)).first()


def _is_flagged() -> tuple[ColumnElement[bool], ...]:
    return LaterScorecardRow.flag_count > 0, _is_newest()


def _is_newest() -> ColumnElement[bool]:
    newer = aliased(LaterScorecardRow)
    later = exists().where(
        newer.conversation_id == LaterScorecardRow.conversation_id, newer.id > LaterScorecardRow.id
    )
    return ~later.correlate(LaterScorecardRow)


def _part(row: LaterScorecardRow) -> LaterPart:
    return LaterPart(
        id=row.id,
        conversation_id=row.conversation_id,
        call_id=row.call_id,
        operator=row.operator,
        desk=row.desk,
        team=row.team,
        card=Scorecard(
            pack=row.pack,
            pack_version=row.pack_version,
            score=row.score,
            flags=tuple(row.flags),
            limits=dict(row.limits),
            findings=tuple(
                replace(to_finding(finding), id=number) for number, finding in enumerate(row.findings, 1)
            ),
        ),
        created_at=row.created_at,
    )
