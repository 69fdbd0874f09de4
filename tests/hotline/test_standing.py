"""Which source decides about a rule, and that nothing but evidence or a person takes a decision back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.auditing import Evidence, labelled_evidence
from hotline.standing import decide, reinstate, stand
from hotline.trust import Held, held_rules
from ledger import audit, rule_audits
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from ledger.rule_audits import Standing
from ledger.states import EvidenceSource, Role, RuleState, Verdict
from qa_scoring import load_packs
from qa_scoring.auditing import Case
from tests.qa_scoring.talk import talk

PACKS = load_packs()
PACK = PACKS.for_desk("114", "114")
RULE = "forbidden-words"
CONTENT = (RULE, PACK.fingerprints[RULE])
PEOPLE, CANARY, LABELLED = EvidenceSource
TRUSTED, ON_TRIAL, SUSPENDED = RuleState
AT = now()


def evidence(source: EvidenceSource, rightly: int, flagged: int, *, age_days: float = 1.0) -> Evidence:
    """So many fails of the rule, so many of them right."""
    at = None if source is LABELLED else AT - timedelta(days=age_days)
    cases = [
        Case(
            rule=RULE,
            rule_hash=CONTENT[1],
            truth=Verdict.FAIL if number < rightly else Verdict.PASS,
            got=Verdict.FAIL,
            where=str(number),
            at=at,
        )
        for number in range(flagged)
    ]
    return Evidence(source=source, errors={}, flagged=cases)


GOOD, BAD, FEW = (40, 40), (3, 9), (3, 3)


@pytest.mark.parametrize(
    ("given", "state", "source"),
    [
        ([], ON_TRIAL, None),
        ([evidence(PEOPLE, *FEW), evidence(LABELLED, *FEW)], ON_TRIAL, None),  # never added up
        ([evidence(LABELLED, *GOOD)], TRUSTED, LABELLED),
        ([evidence(LABELLED, *GOOD), evidence(CANARY, *BAD)], SUSPENDED, CANARY),
        ([evidence(LABELLED, *BAD), evidence(PEOPLE, *GOOD)], TRUSTED, PEOPLE),
        ([evidence(CANARY, *BAD), evidence(PEOPLE, *FEW)], SUSPENDED, CANARY),
    ],
)
def test_the_nearest_source_with_enough_to_say_decides(
    given: list[Evidence], state: RuleState, source: EvidenceSource | None
) -> None:
    """People before canaries before labelled calls."""
    standing = stand(PACK, CONTENT, given, None, at=AT)
    assert standing
    assert (standing.state, standing.source) == (state, source)


def stood(session: Session, *given: Evidence) -> RuleState:
    """The rule's state once these sources were asked."""
    decide(session, PACKS, given, at=AT)
    return rule_audits.states(session, PACK.id, PACK.fingerprints)[RULE]


def test_a_rule_stops_deducting_and_deducts_again_by_itself(ledger: Ledger) -> None:
    """Held while it errs too often; a good record later lifts it. Old or absent evidence lifts nothing."""
    with ledger.transaction() as session:
        assert stood(session, evidence(PEOPLE, *BAD)) is SUSPENDED
        assert held_rules(session, PACK) == Held(suspended=frozenset({RULE}), on_trial=frozenset())
        assert stood(session, evidence(PEOPLE, *FEW), evidence(CANARY, *GOOD)) is SUSPENDED
        assert stood(session) is SUSPENDED
        assert stood(session, evidence(PEOPLE, 340, 350)) is TRUSTED
        assert held_rules(session, PACK).suspended == frozenset()
        told = [row.action for row in audit.find(session)]
    assert told[: len(told) // 2] == [AuditAction.RULE_SUSPENDED] * (len(told) // 2)
    assert set(told) == {AuditAction.RULE_SUSPENDED, AuditAction.RULE_REINSTATED}


def test_a_lead_reinstates_with_a_reason_and_only_what_comes_later_counts(ledger: Ledger) -> None:
    """The old record is set aside; a bad new one suspends the rule again."""
    with ledger.transaction() as session:
        with pytest.raises(Conflict, match="nothing is to be reinstated"):
            reinstate(session, PACK, RULE, by="wang", why="?")
        with pytest.raises(NotFound, match="has no rule 'kindness'"):
            reinstate(session, PACK, "kindness", by="wang", why="?")
        assert stood(session, evidence(PEOPLE, *BAD)) is SUSPENDED
        standing = reinstate(session, PACK, RULE, by="wang", why="模型已更换")
        assert (standing.state, standing.source) == (TRUSTED, None)
        assert stood(session, evidence(PEOPLE, *BAD), evidence(LABELLED, *BAD)) is TRUSTED
        later = evidence(PEOPLE, *BAD, age_days=-1.0)
        assert stood(session, later) is SUSPENDED
        kept = [one for one in rule_audits.standings(session, PACK.id) if one.rule == RULE]
        assert kept[0].counted_from == standing.since
        (by_wang,) = audit.find(session, user="wang")
    assert by_wang.action == AuditAction.RULE_REINSTATED
    assert "模型已更换" in by_wang.details


def test_a_changed_rule_begins_on_trial(ledger: Ledger) -> None:
    """Its standing and its evidence stay with the old content."""
    old = Standing(
        pack=PACK.id,
        pack_version="0",
        rule=RULE,
        rule_hash="old",
        state=SUSPENDED,
        source=PEOPLE,
        precision_floor=0.9,
        since=AT,
        decided_by="audit",
    )
    with ledger.transaction() as session:
        rule_audits.keep(session, old)
        assert stood(session, evidence(PEOPLE, *FEW)) is ON_TRIAL


def test_labelled_calls_tell_each_rules_error() -> None:
    """Truth beside verdict, by rule; what the label says nothing of is nothing."""
    rude = talk(
        (Role.OPERATOR, "您好一一四请问查哪里"), (Role.CALLER, "中心医院"), (Role.OPERATOR, "你问别人去")
    )
    truths = [
        ({RULE: Verdict.FAIL}, "rude"),
        ({RULE: Verdict.PASS, "closing": Verdict.FAIL}, "said to be polite"),
    ]
    found = labelled_evidence(PACKS, ((rude, truth, name) for truth, name in truths))
    error = found.error_of(CONTENT)
    assert (error.precision.hits, error.precision.of, error.recall.value) == (1, 2, 1.0)
    assert [(miss.where, miss.truth) for miss in error.misses] == [("said to be polite", Verdict.PASS)]
    assert set(found.errors) == {CONTENT, ("closing", PACK.fingerprints["closing"])}
    assert found.error_of(("greeting", "x")).recall.document == {
        "value": None,
        "why_not": "no labelled cases of this content of the rule",
    }
