"""A rule that is not trusted judges and shows what it finds, and deducts nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.states import Role, Verdict
from qa_scoring import Pack, judge, load_packs
from qa_scoring.fingerprints import fingerprints
from tests.qa_scoring.talk import talk

PACK = load_packs().for_desk("114", "114")
RUDE = talk((Role.OPERATOR, "您好一一四请问查哪里"), (Role.CALLER, "中心医院"), (Role.OPERATOR, "你问别人去"))
TABOO = "forbidden-words"


def with_fatal(pack: Pack, rule_id: str) -> Pack:
    """The pack with one rule fatal."""
    rules = (rule.model_copy(update={"fatal": rule.id == rule_id}) for rule in pack.rules)
    return replace(pack, rules=tuple(rules))


def test_a_suspended_rule_shows_and_does_not_deduct() -> None:
    """Verdict, evidence and flag stay; the points are gone, and the reason says why."""
    before, after = judge(RUDE, PACK), judge(RUDE, PACK, suspended={TABOO})
    was = next(finding for finding in before.findings if finding.rule == TABOO)
    now = next(finding for finding in after.findings if finding.rule == TABOO)
    assert (was.verdict, was.held) == (Verdict.FAIL, False)
    assert (now.verdict, now.evidence, now.points, now.held) == (Verdict.FAIL, was.evidence, 0.0, True)
    assert now.reason == f"{was.reason}；本规则近期准确率不足，暂不扣分"
    assert after.flags == before.flags
    assert after.score == before.score + was.points
    assert judge(RUDE, PACK) == before


def test_a_rule_on_trial_says_that_it_is() -> None:
    """Where the pack wants it; who is suspended as well is called suspended."""
    card = judge(RUDE, PACK, on_trial={TABOO, "closing"}, suspended={"closing"})
    reasons = {finding.rule: finding.reason for finding in card.findings if finding.held}
    assert reasons[TABOO].endswith("；本规则尚在试用，暂不扣分")
    assert reasons["closing"].endswith("；本规则近期准确率不足，暂不扣分")


def test_what_a_held_rule_does_not_find_is_as_ever() -> None:
    """Pass, cannot tell and not applicable have nothing to hold."""
    card = judge(RUDE, PACK, suspended={rule.id for rule in PACK.rules})
    assert {finding.held for finding in card.findings if finding.verdict is not Verdict.FAIL} == {False}
    assert card.score == 100.0


def test_a_suspended_fatal_rule_leaves_the_score() -> None:
    """It would make it 0."""
    fatal = with_fatal(PACK, TABOO)
    assert judge(RUDE, fatal).score == 0.0
    assert judge(RUDE, fatal, suspended={TABOO}).score > 0.0


@pytest.mark.parametrize(
    ("change", "is_same"),
    [({"weight": 7.5}, True), ({"title": "别的说法"}, True), ({"where": {"last_turns": 2}}, False)],
)
def test_a_rules_content_is_what_decides_its_verdicts(change: dict[str, object], is_same: bool) -> None:
    """Another weight or title leaves the evidence; another window does not. Findings carry the hash."""
    rule = next(rule for rule in PACK.rules if rule.id == TABOO)
    changed = type(rule).model_validate(rule.model_dump(exclude_defaults=True) | change)
    was, now = (fingerprints((each,), {})[TABOO] for each in (rule, changed))
    assert (was == now) is is_same
    finding = next(finding for finding in judge(RUDE, PACK).findings if finding.rule == TABOO)
    assert finding.rule_hash == PACK.fingerprints[TABOO]


def test_what_a_rule_leans_on_is_part_of_its_content() -> None:
    """The synonyms of its words, and the rules whose hits it waits for."""
    rule = next(rule for rule in PACK.rules if rule.id == "closing")
    bare = fingerprints((rule,), {})["closing"]
    assert fingerprints((rule,), {"不在任何用语里": ("别的",)})["closing"] == bare
    assert fingerprints((rule,), {"再见": ("拜拜",)})["closing"] != bare
    after = {"after": {"rule": "greeting"}}
    hanging = type(rule).model_validate(rule.model_dump(exclude_defaults=True) | {"where": after})
    greeting = next(rule for rule in PACK.rules if rule.id == "greeting")
    other = greeting.model_copy(update={"where": rule.where})
    both = [fingerprints((each, hanging), {})["closing"] for each in (greeting, other)]
    assert both[0] != both[1]
