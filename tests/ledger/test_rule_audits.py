"""Standings keep the history of a rule, and people's decisions speak for the content that they saw."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from ledger import audit, calls, judgements, rule_audits, users
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Finding, Scorecard, Transcript
from ledger.rule_audits import Standing
from ledger.states import Decision, EvidenceSource, Origin, RuleState, UserRole, Verdict

LONG_AGO = now() - timedelta(days=90)


def standing(state: RuleState, *, rule_hash: str = "a", flagged: int = 10, by: str = "audit") -> Standing:
    """Of the rule `closing`."""
    return Standing(
        pack="desk-114",
        pack_version="1",
        rule="closing",
        rule_hash=rule_hash,
        state=state,
        source=EvidenceSource.PEOPLE,
        flagged=flagged,
        rightly=3,
        lower_bound=0.1,
        precision_floor=0.9,
        since=now(),
        decided_by=by,
        why="why",
    )


def add_judged(
    session: Session, call_id: str, *, verdict: Verdict, rule_hash: str = "a", origin: Origin = Origin.SIP
) -> int:
    """A call with one finding; returns the finding's id."""
    calls.add_call(session, call_id=call_id, hotline="114", origin=origin)
    session.flush()
    transcript = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=())
    transcript_id = judgements.save_transcript(session, call_id, transcript)
    finding = Finding(rule="closing", verdict=verdict, evidence=None, reason="理由", rule_hash=rule_hash)
    card = Scorecard(pack="desk-114", pack_version="1", score=90, flags=(), findings=(finding,))
    judgements.save_scorecard(session, call_id, transcript_id, card)
    kept = judgements.newest_scorecard(session, call_id)
    assert kept
    assert kept.findings[0].id
    return kept.findings[0].id


def add_monitor(session: Session) -> int:
    """Somebody who decides."""
    users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
    found = users.find_user(session, "li")
    assert found
    return found[0].id


def test_a_change_of_state_is_a_new_row_and_told_in_the_audit_log(ledger: Ledger) -> None:
    """The same state again only counts anew; suspension and the way back are told."""
    with ledger.transaction() as session:
        assert rule_audits.keep(session, standing(RuleState.SUSPENDED))
        (first,) = rule_audits.standings(session, "desk-114")
        assert not rule_audits.keep(session, standing(RuleState.SUSPENDED, flagged=20))
        (second,) = rule_audits.standings(session)
        assert (second.since, second.flagged) == (first.since, 20)
        assert rule_audits.states(session, "desk-114", {"closing": "a"}) == {"closing": RuleState.SUSPENDED}
        assert rule_audits.keep(session, standing(RuleState.TRUSTED, by="wang"))
        told = [(row.user, row.action) for row in audit.find(session)]
    assert told == [("audit", AuditAction.RULE_SUSPENDED), ("wang", AuditAction.RULE_REINSTATED)]


def test_a_changed_rule_is_on_trial_and_the_old_content_keeps_its_standing(ledger: Ledger) -> None:
    """Who goes back to the old wording goes back to what is known of it."""
    with ledger.transaction() as session:
        rule_audits.keep(session, standing(RuleState.SUSPENDED))
        states = rule_audits.states(session, "desk-114", {"closing": "b"})
        assert states == {"closing": RuleState.ON_TRIAL}
        rule_audits.keep(session, standing(RuleState.TRUSTED, rule_hash="b"))
        assert rule_audits.states(session, "desk-114", {"closing": "a"})["closing"] is RuleState.SUSPENDED
        assert rule_audits.states(session, "desk-112", {"closing": "a"})["closing"] is RuleState.ON_TRIAL


def test_the_newest_decision_on_real_calls_counts(ledger: Ledger) -> None:
    """A canary's finding, and one that nobody decided on, say nothing."""
    with ledger.transaction() as session:
        monitor = add_monitor(session)
        decided = add_judged(session, "decided", verdict=Verdict.FAIL)
        add_judged(session, "open", verdict=Verdict.FAIL)
        ours = add_judged(session, "ours", verdict=Verdict.FAIL, origin=Origin.CANARY)
        for finding, decision in (
            (decided, Decision.CONFIRMED),
            (decided, Decision.REJECTED),
            (ours, Decision.CONFIRMED),
        ):
            judgements.save_review(session, finding, monitor, decision, "")
        (found,) = rule_audits.reviewed_findings(session, LONG_AGO)
        assert (found.call_id, found.decision, found.rule_hash) == ("decided", Decision.REJECTED, "a")
        assert rule_audits.reviewed_findings(session, now() + timedelta(seconds=1)) == []
        assert rule_audits.wholly_reviewed(session, ["decided", "open"]) == {"decided"}
        assert rule_audits.verdict_counts(session, LONG_AGO) == {("closing", "a"): {Verdict.FAIL: 2}}
