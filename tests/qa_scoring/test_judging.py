"""Scores, flags and evidence: what a scorecard may and may not do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records import Mark, Scorecard
from ledger.states import Place, Role, Verdict
from qa_scoring import Conversation, Pack, judge, load_packs
from tests.qa_scoring.talk import talk

OPERATOR, CALLER, MIXED = Role.OPERATOR, Role.CALLER, Role.MIXED
PACK = load_packs().for_desk("114", "114")
PERFECT = (
    (OPERATOR, "您好一一四请问查哪里"),
    (CALLER, "查一下中心医院"),
    (OPERATOR, "请记录六三零幺二三四五"),
    (CALLER, "好的"),
    (OPERATOR, "请问还有什么可以帮您"),
    (CALLER, "没有了"),
    (OPERATOR, "感谢您的来电再见"),
)
SAYINGS = (
    *("您好一一四请问查哪里", "喂", "说吧", "你问别人去", "请稍等", "让您久等了", "六三零幺二三四五"),
    *("请问还有什么可以帮您", "感谢您的来电再见", "再见", "好的", "", "我不知道", "有完没完", "中心医院"),
)
TURNS = st.lists(st.tuples(st.sampled_from((OPERATOR, CALLER)), st.sampled_from(SAYINGS)), max_size=8)


def verdicts(card: Scorecard) -> dict[str, Verdict]:
    """What each rule said."""
    return {finding.rule: finding.verdict for finding in card.findings}


def with_rules(pack: Pack, *rules: str, **changes: object) -> Pack:
    """The pack with changed rules."""
    changed = (rule.model_copy(update=changes) if rule.id in rules else rule for rule in pack.rules)
    return replace(pack, rules=tuple(changed))


def test_a_perfect_call_has_the_full_score() -> None:
    """Where nothing fails, nothing is taken off and nothing is flagged."""
    card = judge(talk(*PERFECT, directory_number="63012345"), PACK)
    assert (card.score, card.flags) == (100.0, ())
    assert (card.pack, card.pack_version) == (PACK.id, PACK.version)


def test_every_rule_of_the_contract_gives_a_finding() -> None:
    """A scorecard has one finding for each rule of the contract, for each desk and for none."""
    contract = {
        *("greeting", "closing", "forbidden-words", "hold-notice", "apology-after-wait", "offer-more-help"),
        *("long-silence", "overtalk", "speech-rate", "answer-delay", "number-readback"),
    }
    for number in ("114", "112", "180", "10050", "10000"):
        card = judge(talk(*PERFECT), load_packs().for_desk("unknown", number))
        assert contract <= set(verdicts(card))


def test_each_fail_takes_off_its_weight() -> None:
    """The score is 100 less the failing rules' weights; they are the flags."""
    card = judge(talk((OPERATOR, "喂查哪里"), *PERFECT[1:]), PACK)
    weights = {rule.id: rule.weight for rule in PACK.rules}
    assert set(card.flags) == {"greeting", "forbidden-words"}
    assert card.score == 100.0 - weights["greeting"] - weights["forbidden-words"]


def test_a_rule_without_flag_deducts_and_does_not_flag() -> None:
    """`flag: false` keeps a failing rule out of the flags, not out of the score."""
    card = judge(talk((OPERATOR, "查哪里"), *PERFECT[1:]), with_rules(PACK, "greeting", flag=False))
    assert (card.flags, card.score) == ((), 90.0)


def test_a_fatal_rule_makes_the_score_nothing() -> None:
    """One failing fatal rule is worth all points."""
    card = judge(talk((OPERATOR, "查哪里"), *PERFECT[1:]), with_rules(PACK, "greeting", fatal=True))
    assert card.score == 0.0


def test_the_score_never_goes_below_nothing() -> None:
    """Weights may add up to more than 100."""
    heavy = with_rules(PACK, "greeting", "closing", "forbidden-words", weight=60.0)
    assert judge(talk((OPERATOR, "喂说吧你问别人去")), heavy).score == 0.0


def test_unknown_roles_cannot_be_judged() -> None:
    """One channel for both speakers: rules that need a role cannot tell and deduct nothing."""
    card = judge(talk((MIXED, "喂说吧你问别人去")), PACK)
    assert card.score == 100.0
    told = set(verdicts(card).values())
    assert told == {Verdict.CANNOT_TELL, Verdict.PASS, Verdict.NOT_APPLICABLE}  # the last: no number to read
    assert verdicts(card)["long-silence"] is Verdict.PASS
    assert "混合声道" in card.findings[0].reason


@pytest.mark.parametrize("turns", [(), ((CALLER, "喂喂"),), ((OPERATOR, ""), (CALLER, "喂"))])
def test_an_operator_who_is_not_heard_cannot_be_judged(turns: tuple[tuple[Role, str], ...]) -> None:
    """No words of the operator: what was said cannot be told, so nothing is deducted."""
    card = judge(talk(*turns), PACK)
    assert card.score == 100.0
    assert verdicts(card)["greeting"] is Verdict.CANNOT_TELL


def test_a_call_that_never_reached_an_operator_is_not_judged() -> None:
    """Marks without an operator's span: no rule applies, whatever the channel carried."""
    queue = (Mark(place=Place.QUEUE, start_s=0.0, end_s=60.0),)
    card = judge(talk((OPERATOR, "喂"), marks=queue), PACK)
    assert set(verdicts(card).values()) == {Verdict.NOT_APPLICABLE}


def test_prompts_are_never_judged_as_the_operators() -> None:
    """Words outside the bridged span are not the operator's, even in the operator's channel."""
    bridged = (Mark(place=Place.OPERATOR, start_s=100.0, end_s=160.0),)
    card = judge(talk(*PERFECT, marks=bridged), PACK)
    assert verdicts(card)["greeting"] is Verdict.CANNOT_TELL


def test_a_hit_names_the_moment() -> None:
    """The evidence of a taboo is the words, their time and their likeness."""
    conversation = talk(*PERFECT[:2], (OPERATOR, "这个你问别人区"))
    finding = next(f for f in judge(conversation, PACK).findings if f.rule == "forbidden-words")
    assert finding.evidence is not None
    assert finding.evidence.text == "你问别人区"
    assert finding.evidence.likeness == 1.0
    said = conversation.turns[2]
    assert said.start_s < finding.evidence.start_s < finding.evidence.end_s <= said.end_s + 0.001
    assert "你问别人区" in finding.reason


def test_a_miss_names_the_span_that_was_searched() -> None:
    """The evidence of a missing greeting is the searched span with the nearest that was heard."""
    finding = judge(talk((OPERATOR, "查哪里"), (CALLER, "一中")), PACK).findings[0]
    assert finding.verdict is Verdict.FAIL
    assert finding.evidence is not None
    assert finding.evidence.likeness < 0.7
    assert finding.reason.startswith("前2轮、开头10秒未听到规范问候语，缺问好、报台名或询问语")


@pytest.mark.parametrize(
    ("number", "said", "reason"),
    [
        (
            "85736290",
            ((OPERATOR, "请记录八五七三六二零九"), (CALLER, "二九零")),
            "号码末尾随后说对，与登记号码 85736290 一致（报号听到的是“八五七三六二零”）",
        ),
        (
            "85736290",
            ((OPERATOR, "请记录三八五七三六二九零"), (CALLER, "好"), (OPERATOR, "八五七三六二九零")),
            "报号“八五七三六二九零”与登记号码 85736290 一致",
        ),
        (
            "58316742",
            ((OPERATOR, "大光明零五八三幺六七四二"), (CALLER, "六八三幺六七四二")),
            "报号“五八三幺六七四二”与登记号码 58316742 一致（旁边另听到数字，再说这个号码时没有）",
        ),
    ],
)
def test_a_number_that_passes_is_not_told_to_be_what_it_plainly_is_not(
    number: str, said: tuple[tuple[Role, str], ...], reason: str
) -> None:
    """Where another reading made it right, the sentence says so."""
    card = judge(talk(*said, directory_number=number), PACK)
    finding = next(each for each in card.findings if each.rule == "number-readback")
    assert finding.verdict is Verdict.PASS
    assert finding.reason == reason


def _findings_by_rule(conversation: Conversation, pack: Pack) -> set[object]:
    return set(judge(conversation, pack).findings)


@settings(max_examples=40, deadline=None)
@given(TURNS, st.permutations(PACK.rules))
def test_the_order_of_rules_changes_nothing(turns: list[tuple[Role, str]], rules: list[object]) -> None:
    """No rule sees another's finding: in any order each says the same, and the score is the same."""
    conversation = talk(*turns)
    shuffled = replace(PACK, rules=tuple(rules))
    assert _findings_by_rule(conversation, shuffled) == _findings_by_rule(conversation, PACK)
    assert judge(conversation, shuffled).score == judge(conversation, PACK).score


@settings(max_examples=60, deadline=None)
@given(TURNS)
def test_every_deduction_has_evidence(turns: list[tuple[Role, str]]) -> None:
    """What takes points off is a fail, has evidence within the call, and says why."""
    conversation = talk(*turns, directory_number="63012345")
    card = judge(conversation, PACK)
    assert 0.0 <= card.score <= 100.0
    for finding in card.findings:
        assert finding.points == 0.0 or finding.verdict is Verdict.FAIL
        assert finding.reason
        if finding.verdict is Verdict.FAIL:
            assert finding.evidence is not None
            assert 0.0 <= finding.evidence.likeness <= 1.0
            assert 0.0 <= finding.evidence.start_s <= finding.evidence.end_s <= conversation.duration_s


@settings(max_examples=60, deadline=None)
@given(TURNS, st.lists(st.sampled_from(SAYINGS), max_size=5))
def test_callers_cannot_break_the_operators_taboos(turns: list[tuple[Role, str]], more: list[str]) -> None:
    """Adding turns of the caller never makes `forbidden-words` fail."""
    before = verdicts(judge(talk(*turns), PACK))["forbidden-words"]
    after = verdicts(judge(talk(*turns, *((CALLER, text) for text in more)), PACK))["forbidden-words"]
    assert after is before
