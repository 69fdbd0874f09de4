"""What holds of every pack and call: order means nothing, deductions have evidence, noise finds nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records import Finding
from ledger.scores import score_of
from ledger.states import Role, Verdict
from qa_scoring import Conversation, Pack, judge
from qa_scoring.pack_schema import PackSpec, RuleSpec
from tests.qa_scoring.language import yaml
from tests.qa_scoring.talk import talk

OPERATOR, CALLER, MIXED = Role.OPERATOR, Role.CALLER, Role.MIXED
PHRASES = ("您好", "请稍等", "让您久等", "再见", "有完没完")
SAYINGS = (*PHRASES, "工号八零零一", "我叫王小明", "好的", "号码是六三零二", "请少等", "")
TURNS = st.lists(st.tuples(st.sampled_from((OPERATOR, CALLER)), st.sampled_from(SAYINGS)), max_size=7)
FACTS = st.dictionaries(st.sampled_from(("mark", "hung_up_by")), st.sampled_from(("1", "5", "x", "caller")))
BASE = {"title": "一条", "dimension": "亲", "weight": 10, "severity": "minor", "good": "好", "bad": "坏"}
ALONE = """
- say: {any: [您好]}
- say: {any: [{text: 让您久等, likeness: 1.0}]}
- {who: any, say: {any: [请稍等], times: {at_least: 1, at_most: 2}}}
- say: {all: [您好, 请稍等, 再见], in_order: true, near: {turns: 2}}
- say: {at_least: 2, of: [您好, 请稍等, "工号{number}"], in_order: true}
- {per_hit: true, never_say: {any: [有完没完, "我叫{name}"]}}
- {where: {first_turns: 1}, never_say: {any: [再见]}}
- {who: any, regex: {pattern: '\\d{4}'}}
- similar: {examples: [请您稍等一下, 号码是六三零二]}
- {per_hit: true, silence: {longest_s: 0.3, excused_by: [请稍等]}}
- {who: caller, turns: {at_most: 1}}
- fact: {name: mark, at_least: 3}
- fact: {name: mark, is: 1, missing: cannot_tell}
- hang_up_by: caller
- talk_share: {at_most: 0.6, least_s: 0.5}
- not: {any_of: [{say: {any: [再见]}}, {fact: {name: mark, is: 5}}]}
- {if: {who: caller, say: {any: [有完没完]}}, then: {say: {any: [让您久等]}}}
- {when: {fact: {name: mark, present: true}}, all_of: [{say: {any: [您好]}}, {not: {say: {any: [再见]}}}]}
- {where: {after: {phrase: 请稍等, which: each, within_s: 4}}, say: {any: [让您久等]}}
"""
HANGING = """
- {where: {after: {rule: ABOVE}}, say: {any: [再见]}}
- {where: {before: {rule: ABOVE, which: last}}, never_say: {any: [有完没完]}}
- {per_hit: true, where: {around: {rule: ABOVE, within_s: 3, which: each}}, say: {any: [您好, 请稍等]}}
- {when: {where: {after: {rule: ABOVE}}, say: {any: [请稍等]}}, not: {say: {any: [再见]}}}
- {where: {after: {rule: ABOVE}}, any_of: [{turns: {at_least: 2}}, {who: caller, regex: {pattern: 好}}]}
"""


def _rules(name: str, claims: str) -> list[RuleSpec]:
    return [RuleSpec.model_validate({**BASE, "id": name, **claim}) for claim in yaml(claims)]


FIRST, SECOND = _rules("one", ALONE), _rules("two", ALONE)
THIRD = _rules("three", HANGING.replace("ABOVE", "one"))
FOURTH = _rules("four", HANGING.replace("ABOVE", "three"))


def pack_with(*rules: RuleSpec) -> Pack:
    """A pack of these rules."""
    return Pack(spec=PackSpec(id="any", version="1", title="任意"), desk_names=("一一四",), rules=rules)


PACKS = st.builds(pack_with, *(st.sampled_from(rules) for rules in (FIRST, SECOND, THIRD, FOURTH)))


def _by_rule(call: Conversation, pack: Pack) -> dict[str, Finding]:
    return {finding.rule: finding for finding in judge(call, pack).findings}


@settings(max_examples=40, deadline=None)
@given(PACKS, TURNS, FACTS, st.randoms(use_true_random=False))
def test_the_order_of_rules_means_nothing(pack: Pack, turns: Any, facts: dict[str, str], random: Any) -> None:
    """Shuffled rules say the same of a call, whatever they hang on."""
    call = talk(*turns, **facts)
    rules = list(pack.rules)
    random.shuffle(rules)
    shuffled = replace(pack, rules=tuple(rules))
    assert _by_rule(call, shuffled) == _by_rule(call, pack)
    assert judge(call, shuffled).score == judge(call, pack).score


@settings(max_examples=40, deadline=None)
@given(PACKS, TURNS, FACTS, st.booleans())
def test_every_deduction_has_evidence(pack: Pack, turns: Any, facts: dict[str, str], is_mixed: bool) -> None:
    """Only a fail costs points; it has evidence within the call, and the points make the score."""
    call = talk(*((MIXED, text) for _, text in turns), **facts) if is_mixed else talk(*turns, **facts)
    card = judge(call, pack)
    assert card.score == score_of(card.findings, card.limits)
    for finding in card.findings:
        assert finding.reason
        assert (finding.points > 0) is (finding.verdict is Verdict.FAIL)
        if finding.verdict is Verdict.FAIL:
            assert finding.evidence is not None
            assert 0.0 <= finding.evidence.start_s <= finding.evidence.end_s <= call.duration_s


NOISE = ("山", "水", "火", "木", "嗯", "啊", "方")  # of no syllable of the phrases, and read one way only
WORDS = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(NOISE)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(TURNS, st.sampled_from(PHRASES), WORDS)
def test_noise_finds_nothing_at_full_strictness(turns: Any, phrase: str, noise: Any) -> None:
    """What was not said is not said with other words put in between, wherever they stand."""
    claim = {**BASE, "id": "rule", "say": {"any": [{"text": phrase, "likeness": 1.0}]}}
    pack = pack_with(RuleSpec.model_validate(claim))
    noisy = [list(turn) for turn in turns]
    for at, word in noise if noisy else ():
        turn = noisy[at % len(noisy)]
        place = at % (len(turn[1]) + 1)
        turn[1] = turn[1][:place] + word + turn[1][place:]
    before = judge(talk(*turns), pack).findings[0].verdict
    after = judge(talk(*((role, text) for role, text in noisy)), pack).findings[0].verdict
    assert after is not Verdict.PASS or before is Verdict.PASS
