"""Mistakes deep within a rule's tree: one sentence each, with its own line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import BadPack
from qa_scoring import load_packs
from tests.qa_scoring.language import HEAD

RULE = """rules:
  - id: one
    title: 一条
    dimension: 亲
    weight: 10
    severity: minor
    good: 好
    bad: 坏
"""
FIRST_LINE = 13  # of what a test puts below


def told(folder: Path, claim: str) -> list[str]:
    """What is wrong with a rule that claims so, without the file's name."""
    indented = "".join(f"    {line}\n" for line in claim.strip("\n").splitlines())
    path = folder / "common.yaml"
    path.write_text(HEAD + RULE + indented, encoding="utf-8")
    with pytest.raises(BadPack) as caught:
        load_packs(folder)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("claim", "line", "what"),
    [
        ("all_of:\n  - say: {any: [好]}\n  - sya: {any: [好]}", 2, "no such key, did you mean 'say'?"),
        ("all_of:\n  - say:\n      any:\n        - {txet: 好}", 3, "did you mean 'text'?"),
        (
            "all_of:\n  - say: {any: [好]}\n    never_say: {any: [坏]}",
            1,
            "exactly one check, here is say",
        ),
        ("not:\n  who: caller", 0, "exactly one check, here is none; checks are say"),
        ("if: {say: {any: [好]}}\nsay: {any: [坏]}", -7, "exactly one check, here is say and if"),
        ("if: {say: {any: [好]}}", -7, "if and then go together"),
        ("when:\n  fact:\n    name: x\n    at_laest: 3\nsay: {any: [好]}", 3, "did you mean 'at_least'?"),
        ("any_of: []", 0, "at least 1 item"),
        ("where:\n  after:\n    rule: one\n    phrase: 好\nsay: {any: [好]}", 1, "either a rule or a phrase"),
        ("where:\n  around: {phrase: 好}\nsay: {any: [好]}", 0, "around needs within_s"),
        ("say:\n  all: [好]\n  any: [好]", 0, "exactly one of all, any, or at_least with of"),
        ("say:\n  at_least: 3\n  of: [好, 坏]", 0, "asks for 3 of 2"),
        ("say:\n  any: [好]\n  in_order: true", 0, "need several things to be said"),
        ("say:\n  all: [好]\n  times: {at_most: 1}", 0, "put times in the group"),
        ("say:\n  any: [好]\n  times: {at_least: 3, at_most: 1}", 2, "must not be more than at_most"),
        ("say:\n  all: [好, 坏]\n  near: {seconds: 3, turns: 1}", 2, "either seconds or turns"),
        ("fact: {name: x}", 0, "say what of 'x': is, is_not"),
        ("fact:\n  name: x\n  missing: pass", 2, "'not_applicable', 'cannot_tell' or 'fail'"),
        ("most_points: 5\nsay: {any: [好]}", -7, "most_points limits per_hit"),
    ],
)
def test_a_mistake_within_a_tree(tmp_path: Path, claim: str, line: int, what: str) -> None:
    """It is the only one told, and it stands where it was made."""
    mistakes = told(tmp_path, claim)
    assert len(mistakes) == 1, mistakes
    assert mistakes[0].startswith(f"{FIRST_LINE + line}: "), mistakes
    assert what in mistakes[0], mistakes


def test_all_of_a_tree_are_told_at_once(tmp_path: Path) -> None:
    """One in each of three branches is three lines."""
    claim = """
when: {fact: {nmae: x, is: 1}}
all_of:
  - say: {any: ["(好"]}
  - not: {regex: {pattern: "["}}
"""
    lines = [mistake.split(":")[0] for mistake in told(tmp_path, claim)]
    assert sorted(set(lines)) == ["13", "15", "16"]
