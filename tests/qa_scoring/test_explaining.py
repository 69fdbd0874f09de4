"""Explanations: every node of a rule's tree with what it looked at and why it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.states import Role, Verdict
from qa_scoring import Conversation, judge, load_packs
from qa_scoring.explaining import explain
from tests.qa_scoring.language import pack_of
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
CALL = talk(
    (OPERATOR, "您好请问查哪里"),
    (CALLER, "人民医院"),
    (OPERATOR, "请稍等"),
    (CALLER, "好"),
    (OPERATOR, "喂您好听得见吗"),
)


def explained(folder: Path, body: str, conversation: Conversation = CALL) -> dict[str, Any]:
    """What is told of a rule that claims `body`."""
    return explain(conversation, pack_of(folder, greeting="say: {any: [您好]}", rule=body), "rule")


def test_every_node_tells_its_verdict(tmp_path: Path) -> None:
    """In the order of the pack, `when` apart from the check."""
    told = explained(
        tmp_path,
        "when: {fact: {name: nothing, present: false}}, "
        "all_of: [{say: {any: [您好]}}, {not: {say: {any: [请稍等]}}}]",
    )
    assert told["verdict"] == "fail"
    assert told["when"]["verdict"] == "pass"
    assert [child["verdict"] for child in told["check"]["children"]] == ["pass", "fail"]
    assert told["check"]["children"][1]["children"][0]["hits"][0]["text"] == "请稍等"


def test_a_window_tells_what_it_hangs_on(tmp_path: Path) -> None:
    """The moments of the other rule, and the window made of them."""
    told = explained(tmp_path, "where: {after: {rule: greeting, within_s: 1}}, say: {any: [查哪里]}")
    anchor = told["check"]["hangs_on"][0]
    assert (anchor["side"], anchor["verdict"]) == ("after", "pass")
    assert told["check"]["window"][0]["start_s"] == anchor["moments"][0]["end_s"]
    assert told["check"]["bounds"]["in_order"] is False


def test_a_phrase_tells_which_test_it_failed(tmp_path: Path) -> None:
    """喂 is heard and does not count, since it lies within a longer phrase."""
    told = explained(tmp_path, "never_say: {any: [{text: 喂, alone: start, not_within: [喂您好听, 为了]}]}")
    phrase = told["check"]["phrases"][0]
    assert (phrase["text"], phrase["likeness"], phrase["heard"]) == ("喂", 1.0, "not_heard")
    assert {(test["asks"], test["holds"]) for test in phrase["tests"]} == {
        ("start", True),
        ("喂您好听", False),
        ("为了", True),
    }


def test_explaining_agrees_with_judging() -> None:
    """For every rule of a desk's pack the verdict, the reason and the points are the finding's."""
    pack = load_packs().for_desk("114", "114")
    for finding in judge(CALL, pack).findings:
        told = explain(CALL, pack, finding.rule)
        assert Verdict(told["verdict"]) is finding.verdict
        assert (told["reason"], told["points"]) == (finding.reason, finding.points)
