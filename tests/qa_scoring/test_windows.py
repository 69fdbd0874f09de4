"""Windows that hang on moments: before, after and around a phrase or what another rule found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import BadPack
from ledger.states import Role, Verdict
from qa_scoring import judge
from tests.qa_scoring.language import findings, pack_of, said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
PASS, FAIL, OPEN, OUT = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE
CALL = talk(
    (OPERATOR, "您好一一四请问查哪里"),
    (CALLER, "人民医院"),
    (OPERATOR, "请稍等"),
    (CALLER, "好的"),
    (OPERATOR, "让您久等了号码是六三零幺二三四五"),
    (CALLER, "谢谢再见"),
    (OPERATOR, "请稍等还有一个号码再见"),
)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("where: {after: {phrase: 请稍等}}, say: {any: [让您久等]}", PASS),
        ("where: {before: {phrase: 请稍等, which: first}}, say: {any: [让您久等]}", FAIL),
        ("where: {before: {phrase: 请稍等, which: first}}, say: {any: [您好]}", PASS),
        ("where: {after: {phrase: 请稍等, within_s: 2}}, say: {any: [让您久等]}", PASS),
        ("where: {after: {phrase: 请稍等, within_s: 0.5}}, say: {any: [让您久等]}", FAIL),
        ("where: {after: {phrase: 请稍等, which: last}}, say: {any: [让您久等]}", FAIL),
        ("where: {after: {phrase: 请稍等, which: each, within_s: 3}}, say: {any: [让您久等]}", FAIL),
        (
            "where: {after: {phrase: 请稍等, which: each, within_s: 3}}, say: {any: [让您久等, 还有一个]}",
            PASS,
        ),
        ("where: {around: {phrase: 请稍等, within_s: 2}}, never_say: {any: [您好]}", PASS),
        ("where: {around: {phrase: 请稍等, within_s: 9}}, never_say: {any: [您好]}", FAIL),
        ("where: {after: {phrase: 人民医院, who: caller}}, say: {any: [您好]}", FAIL),
        ("where: {after: {phrase: [不在这里, 请稍等]}}, say: {any: [再见]}", PASS),
        ("where: {after: {phrase: 欢迎光临}}, say: {any: [再见]}", OUT),
        ("where: {after: {phrase: {text: 请稍登楼, likeness: 0.9}}}, say: {any: [再见]}", OUT),
        ("where: {after: {phrase: 再见, which: last}}, say: {any: [再见]}", FAIL),
    ],
)
def test_a_phrase_makes_a_window(tmp_path: Path, body: str, verdict: Verdict) -> None:
    """The phrase itself lies outside before and after it; without it the rule does not apply."""
    finding = said(tmp_path, CALL, body)
    assert finding.verdict is verdict, finding.reason


def test_a_rule_makes_a_window(tmp_path: Path) -> None:
    """What another rule found is a moment: said for `say`, broken for `never_say`."""
    rules = {
        "greeting": "where: {first_turns: 1}, say: {any: [您好]}",
        "taboo": "never_say: {any: [还有一个]}",
        "clean": "never_say: {any: [有完没完]}",
        "after_greeting": "where: {after: {rule: greeting, within_s: 3}}, say: {any: [请问查哪里]}",
        "after_taboo": "where: {after: {rule: taboo}}, say: {any: [再见]}",
        "after_clean": "where: {after: {rule: clean}}, say: {any: [再见]}",
        "both": "where: {after: {rule: greeting}, before: {rule: taboo}}, say: {any: [让您久等]}",
    }
    verdicts = {rule: each.verdict for rule, each in findings(pack_of(tmp_path, **rules), CALL).items()}
    assert verdicts["after-greeting"] is PASS
    assert verdicts["after-taboo"] is PASS
    assert verdicts["after-clean"] is OUT
    assert verdicts["both"] is PASS


def test_what_cannot_be_told_makes_no_window(tmp_path: Path) -> None:
    """A rule that hangs on one that cannot tell cannot tell either, and says why."""
    finding = said(
        tmp_path,
        CALL,
        "where: {after: {rule: open}}, say: {any: [再见]}",
        open="fact: {name: nothing, is: x, missing: cannot_tell}",
    )
    assert finding.verdict is OPEN
    assert "“open”一项" in finding.reason


@pytest.mark.parametrize(
    ("bodies", "told"),
    [
        ({"one": "where: {after: {rule: greating}}, say: {any: [好]}"}, "no rule 'greating', did you mean"),
        ({"one": "where: {after: {rule: one}}, say: {any: [好]}"}, "which hangs on 'one' itself"),
        (
            {
                "one": "where: {after: {rule: two}}, say: {any: [好]}",
                "two": "any_of: [{where: {before: {rule: one}}, say: {any: [好]}}]",
            },
            "the window of 'two' hangs on 'one', which hangs on 'two' itself",
        ),
        (
            {"one": "when: {where: {after: {rule: nobody}}, say: {any: [好]}}, say: {any: [好]}"},
            "there is no rule 'nobody'; rules are",
        ),
    ],
)
def test_circles_and_unknown_rules_are_refused(tmp_path: Path, bodies: dict[str, str], told: str) -> None:
    """With the line of the rule's window."""
    with pytest.raises(BadPack) as caught:
        pack_of(tmp_path, greeting="say: {any: [您好]}", **bodies)
    lines = [line for line in str(caught.value).splitlines() if told in line]
    assert lines
    assert f"common.yaml:{6 + len(bodies)}:" in lines[-1]


CHAIN = {
    "greeting": "where: {first_turns: 1}, say: {any: [您好]}",
    "notice": "where: {after: {rule: greeting}}, say: {any: [请稍等]}",
    "apology": "where: {after: {rule: notice, within_s: 20}}, say: {any: [让您久等]}",
    "taboo": "where: {before: {rule: apology}}, never_say: {any: [有完没完]}",
    "tree": "when: {where: {after: {rule: notice}}, say: {any: [号码]}}, not: {say: {any: [再见]}}",
}
SAYINGS = ("您好请问", "请稍等", "让您久等了", "有完没完", "再见", "号码是", "")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from((OPERATOR, CALLER)), st.sampled_from(SAYINGS)), max_size=8),
    st.permutations(range(len(CHAIN))),
)
def test_rules_that_hang_on_each_other_do_not_depend_on_their_order(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[Role, str]], order: list[int]
) -> None:
    """In whatever order the pack has its rules, each says the same, and the score is the same."""
    folder = tmp_path_factory.getbasetemp()
    pack = pack_of(folder, **CHAIN)
    shuffled = replace(pack, rules=tuple(pack.rules[at] for at in order))
    conversation = talk(*turns)
    assert findings(shuffled, conversation) == findings(pack, conversation)
    assert judge(conversation, shuffled).score == judge(conversation, pack).score
