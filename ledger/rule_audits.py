"""Repository of how far rules are trusted, and of what people said of their findings.

Evidence belongs to the content of a rule, told by its hash: what was said of an older content does not speak
for a changed one. Calls that we placed ourselves (`ledger.canaries`) are no calls here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.decisions import stands
from ledger.states import Decision, EvidenceSource, Origin, RuleState, Verdict
from ledger.tables import CallRow, FindingRow, ReviewRow, SampledRow, ScorecardRow, StandingRow

CALLS_AT_ONCE = 1000  # in one question


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How one content of a rule stands in one pack, and on what that rests."""

    pack: str
    pack_version: str  # the newest with this content
    rule: str
    rule_hash: str
    state: RuleState
    source: EvidenceSource | None = None  # whose evidence decided; None: a person, or no evidence
    flagged: int = 0  # the rule's fails in that evidence
    rightly: int = 0  # those of them that were right
    lower_bound: float | None = None  # of precision, 95 %
    precision_floor: float
    since: datetime
    counted_from: datetime | None = None  # somebody reinstated the rule then: older evidence is set aside
    decided_by: str
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewed:
    """What the newest decision says of a finding."""

    call_id: str
    rule: str
    rule_hash: str
    verdict: Verdict  # the machine's
    decision: Decision
    reason: str  # the machine's, in Chinese
    at: datetime


def standings(session: Session, pack: str | None = None) -> list[Standing]:
    """The newest standing of each content of each rule of each pack, or of one pack."""
    newest = select(func.max(StandingRow.id)).group_by(
        StandingRow.pack, StandingRow.rule, StandingRow.rule_hash
    )
    if pack is not None:
        newest = newest.where(StandingRow.pack == pack)
    query = select(StandingRow).where(StandingRow.id.in_(newest)).order_by(StandingRow.pack, StandingRow.rule)
    return [_standing(row) for row in session.scalars(query)]


def states(session: Session, pack: str, hashes: Mapping[str, str]) -> dict[str, RuleState]:
    """How each rule of a pack stands, by id; a content of which nothing is known is on trial."""
    found = {(each.rule, each.rule_hash): each.state for each in standings(session, pack)}
    return {rule: found.get((rule, rule_hash), RuleState.ON_TRIAL) for rule, rule_hash in hashes.items()}


def keep(session: Session, standing: Standing) -> bool:
    """Keep a standing: a new row where the state has changed, which the audit log tells; else new counts.

    Returns whether the state has changed.
    """
    row = _newest_row(session, standing)
    before = RuleState(row.state) if row else RuleState.ON_TRIAL
    is_same = row is not None and (row.state, row.source) == (standing.state, standing.source)
    if row is None or not is_same:
        row = StandingRow(
            pack=standing.pack, rule=standing.rule, rule_hash=standing.rule_hash, since=standing.since
        )
        session.add(row)
    row.pack_version, row.precision_floor = standing.pack_version, standing.precision_floor
    row.state, row.source = standing.state, standing.source
    row.flagged, row.rightly, row.lower_bound = standing.flagged, standing.rightly, standing.lower_bound
    row.decided_by, row.why, row.counted_at = standing.decided_by, standing.why, now()
    row.counted_from = standing.counted_from
    session.flush()
    if before is not standing.state and RuleState.SUSPENDED in {before, standing.state}:
        write(session, _act(standing))
    return before is not standing.state


def _act(standing: Standing) -> Act:
    is_suspended = standing.state is RuleState.SUSPENDED
    return Act(
        user=standing.decided_by,
        action=AuditAction.RULE_SUSPENDED if is_suspended else AuditAction.RULE_REINSTATED,
        details={
            "pack": f"{standing.pack} {standing.pack_version}",
            "rule": f"{standing.rule} {standing.rule_hash}",
            "state": standing.state.value,
            "why": standing.why,
        },
    )


def reviewed_findings(session: Session, since: datetime) -> list[Reviewed]:
    """Every finding on which people decided since then, with the newest decision; of real calls only.

    A call that was judged anew counts once for each content of a rule.
    """
    newest = select(func.max(ReviewRow.id)).where(stands()).group_by(ReviewRow.finding_id)
    query = (
        select(ScorecardRow.call_id, FindingRow, ReviewRow.decision, ReviewRow.at)
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .join(CallRow, CallRow.id == ScorecardRow.call_id)
        .where(ReviewRow.id.in_(newest), ReviewRow.at >= since, *_real())
        .order_by(ReviewRow.id)
    )
    found = {
        (call_id, row.rule, row.rule_hash): Reviewed(
            call_id=call_id,
            rule=row.rule,
            rule_hash=str(row.rule_hash),
            verdict=Verdict(row.verdict),
            decision=Decision(decision),
            reason=row.reason,
            at=at,
        )
        for call_id, row, decision, at in session.execute(query)
    }
    return list(found.values())


def wholly_reviewed(session: Session, call_ids: Collection[str]) -> set[str]:
    """Those of these calls in whose newest scorecard people decided on every finding that applies."""
    ordered = sorted(call_ids)
    parts = (ordered[first : first + CALLS_AT_ONCE] for first in range(0, len(ordered), CALLS_AT_ONCE))
    return {call_id for part in parts for call_id in _wholly_reviewed(session, part)}


def _wholly_reviewed(session: Session, call_ids: Sequence[str]) -> set[str]:
    newest = select(func.max(ScorecardRow.id)).where(ScorecardRow.call_id.in_(call_ids))
    undecided = ~select(ReviewRow.id).where(ReviewRow.finding_id == FindingRow.id, stands()).exists()
    query = (
        select(ScorecardRow.call_id, func.count().filter(undecided))
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .where(
            ScorecardRow.id.in_(newest.group_by(ScorecardRow.call_id)),
            FindingRow.verdict != Verdict.NOT_APPLICABLE,
        )
        .group_by(ScorecardRow.call_id)
    )
    return {call_id for call_id, open_findings in session.execute(query) if not open_findings}


def drawn_calls(session: Session) -> set[str]:
    """Every call that was ever drawn at random."""
    return set(session.scalars(select(SampledRow.call_id)))


def verdict_counts(session: Session, since: datetime) -> dict[tuple[str, str], dict[Verdict, int]]:
    """How often each content of each rule gave each verdict on real calls' newest scorecards since then."""
    newest = select(func.max(ScorecardRow.id)).where(ScorecardRow.created_at >= since)
    query = (
        select(FindingRow.rule, FindingRow.rule_hash, FindingRow.verdict, func.count())
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .join(CallRow, CallRow.id == ScorecardRow.call_id)
        .where(ScorecardRow.id.in_(newest.group_by(ScorecardRow.call_id)), *_real())
        .group_by(FindingRow.rule, FindingRow.rule_hash, FindingRow.verdict)
    )
    counts: dict[tuple[str, str], dict[Verdict, int]] = {}
    for rule, rule_hash, verdict, count in session.execute(query):
        counts.setdefault((rule, str(rule_hash)), {})[Verdict(verdict)] = count
    return counts


def _real() -> tuple[ColumnElement[bool], ...]:
    """Of calls that somebody made, judged by a content that is known."""
    return CallRow.origin != Origin.CANARY, FindingRow.rule_hash.is_not(None)


def _newest_row(session: Session, standing: Standing) -> StandingRow | None:
    query = select(StandingRow).where(
        StandingRow.pack == standing.pack,
        StandingRow.rule == standing.rule,
        StandingRow.rule_hash == standing.rule_hash,
    )
    return session.scalars(query.order_by(StandingRow.id.desc()).limit(1)).first()


def _standing(row: StandingRow) -> Standing:
    return Standing(
        pack=row.pack,
        pack_version=row.pack_version,
        rule=row.rule,
        rule_hash=row.rule_hash,
        state=RuleState(row.state),
        source=EvidenceSource(row.source) if row.source else None,
        flagged=row.flagged,
        rightly=row.rightly,
        lower_bound=row.lower_bound,
        precision_floor=row.precision_floor,
        since=row.since,
        counted_from=row.counted_from,
        decided_by=row.decided_by,
        why=row.why,
    )
