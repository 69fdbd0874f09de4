"""The desks' own norms: how many each desk has, what of them may flag, and that each has cases enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.errors import BadPack
from ledger.records import Scorecard, Turn
from ledger.states import Role, Verdict
from qa_scoring import Conversation, RuleCase, judge, load_packs, rule_cases
from tests.qa_scoring.talk import SYLLABLE_S

CONTRACT = {
    *("greeting", "closing", "forbidden-words", "hold-notice", "apology-after-wait", "offer-more-help"),
    *("long-silence", "overtalk", "speech-rate", "answer-delay", "number-readback"),
}
OWN = {
    rule.id: rule for pack in load_packs().packs for rule in pack.rules if rule.id not in CONTRACT
}  # written for one desk or several
FEWEST_CASES = 6
DIALOGUES = Path(__file__).parents[2] / "callers" / "dialogues"


@pytest.fixture(scope="module")
def cards() -> dict[str, Scorecard]:
    """The scorecard of each dialogue of the test phone, word for word, by its id."""
    names = sorted(path.stem for path in DIALOGUES.glob("*.yaml"))
    return {name: _judged(_conversation(_dialogue(name))) for name in names}


@pytest.fixture(scope="module")
def cases() -> dict[str, list[RuleCase]]:
    """The written cases of each rule."""
    by_rule: dict[str, list[RuleCase]] = {rule: [] for rule in (*CONTRACT, *OWN)}
    for case in rule_cases():
        by_rule[case.rule].append(case)
    return by_rule


def ids_of(desk: str) -> set[str]:
    """The norms of a desk."""
    return {rule.id for rule in load_packs().for_desk(desk, desk).rules}


def test_the_enquiry_desk_has_its_twenty_two_norms() -> None:
    """114: the eleven of the contract, which all desks have, and eleven of its own, of all four standards."""
    rules = load_packs().for_desk("114", "114").rules
    assert len(rules) == 22
    assert len(CONTRACT & {rule.id for rule in rules}) == 11
    assert {str(rule.dimension) for rule in rules if rule.id in OWN} == {"快", "准", "清", "亲"}


def test_the_service_desk_has_six_rule_books() -> None:
    """180: what is not in the common pack stands in one of six chapters, each of two norms or more."""
    chapters = Counter(rule.group for rule in load_packs().for_desk("180", "180").rules if rule.id in OWN)
    assert list(chapters) == [
        *("服务范围", "服务公约", "服务规范用语", "服务差错范围", "投诉闭环管理", "业务解答")
    ]
    assert min(chapters.values()) >= 2


def test_one_desk_for_everything_has_the_norms_of_the_others() -> None:
    """10050 takes faults as 112 does and complaints as 180 does, and has its own besides."""
    assert ids_of("112") | ids_of("180") < ids_of("10050")
    assert {"install-date-told", "callback-satisfied", "lost-customer-asked-why"} <= ids_of("10050")
    assert not {"install-date-told", "announce-number"} & (ids_of("112") | ids_of("180"))


def test_only_what_is_certainly_wrong_flags_a_call() -> None:
    """What was left unsaid takes a few points off; a forbidden question flags."""
    assert {rule.id for rule in OWN.values() if rule.flag} == {"no-password-asked"}
    assert max(rule.weight for rule in OWN.values() if not rule.flag) <= 10
    assert not any(rule.fatal for rule in OWN.values())


def test_every_norm_has_cases_of_every_kind(cases: dict[str, list[RuleCase]]) -> None:
    """Some that keep it, some that break it, and some in which it does not apply or cannot be told."""
    for rule in OWN:
        assert len({case.case for case in cases[rule]}) == len(cases[rule]) >= FEWEST_CASES, rule
        assert {Verdict.PASS, Verdict.FAIL} < {case.expected for case in cases[rule]}, rule


def test_every_norm_has_examples_that_differ() -> None:
    """In Chinese, and the good one is not the bad one."""
    for rule in OWN.values():
        assert rule.good != rule.bad, rule.id
        for text in (rule.title, rule.good, rule.bad):
            assert any("\u4e00" <= character <= "\u9fff" for character in text), rule.id


def test_perfect_dialogues_break_no_norm(cards: dict[str, Scorecard]) -> None:
    """What the test phone plays as a call without fault has all its points."""
    scores = {name: card.score for name, card in cards.items() if name.endswith("-perfect")}
    assert len(scores) >= 8
    assert set(scores.values()) == {100.0}, scores


def test_further_norms_fail_beside_the_faults_of_a_dialogue(cards: dict[str, Scorecard]) -> None:
    """A complaint that is sent away is neither apologised for nor given a date; nothing of it is a flag."""
    failed = {
        name: {finding.rule for finding in card.findings if finding.verdict is Verdict.FAIL}
        for name, card in cards.items()
    }
    assert {"complaint-apology", "complaint-deadline"} <= failed["180-complaint-go-complain"]
    assert cards["180-complaint-go-complain"].flags == ("forbidden-words",)
    assert {"overdue-apology", "forbidden-words"} == failed["112-urge-endless"]


@pytest.mark.parametrize("name", ["114-hospital-perfect", "180-complaint-go-complain"])
def test_a_rule_by_itself_says_the_same(name: str) -> None:
    """A pack narrowed to one rule, and those that it hangs on, finds what the whole pack finds."""
    conversation = _conversation(_dialogue(name))
    pack = load_packs().for_desk(conversation.desk, conversation.hotline)
    for finding in judge(conversation, pack).findings:
        narrowed = pack.only(finding.rule)
        assert finding in judge(conversation, narrowed).findings
        assert len(narrowed.rules) <= 2
    with pytest.raises(BadPack, match="does not have the rule 'politeness'"):
        pack.only("politeness")


def _dialogue(name: str) -> dict[str, Any]:
    dialogue: dict[str, Any] = YAML(typ="safe").load(DIALOGUES / f"{name}.yaml")
    return dialogue


def _judged(conversation: Conversation) -> Scorecard:
    return judge(conversation, load_packs().for_desk(conversation.desk, conversation.hotline))


def _conversation(dialogue: dict[str, Any]) -> Conversation:
    turns: list[Turn] = []
    now_s = 0.0
    for said in dialogue["turns"]:
        start_s = now_s + said.get("pause_s", 0.4)
        now_s = start_s + SYLLABLE_S * len(said["text"])
        turns.append(Turn(role=Role(said["who"]), start_s=start_s, end_s=now_s, text=said["text"]))
    return Conversation(
        hotline=dialogue["hotline"],
        desk=dialogue["hotline"],
        duration_s=now_s + 1.0,
        turns=tuple(turns),
        marks=(),
        facts=dialogue.get("facts", {}),
    )
