"""Packs from files: what they extend, and every mistake with its line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import BadPack
from qa_scoring import load_packs
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.saying import NeverSay, Say

COMMON = """
id: common
version: "1"
title: 通用
desk_names: [查号台]
rules:
  - id: closing
    title: 说再见
    dimension: 亲
    weight: 10
    severity: major
    good: 再见
    bad: 好
    say:
      all:
        - title: 再见
          any: [再见]
"""
DESK = """
id: desk
version: "2"
title: 一台
desks: ["114"]
extends: [common]
"""


def write(folder: Path, **files: str) -> Path:
    """A folder of packs."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    """What loading a folder complains of."""
    with pytest.raises(BadPack) as caught:
        load_packs(folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("desk", "hotline", "pack"),
    [
        ("114", "10000", "desk-114"),
        ("somewhere", "112", "desk-112"),
        ("180", "180", "desk-180"),
        ("", "10050", "desk-10050"),
        ("somewhere", "10000", "common"),
    ],
)
def test_the_desk_goes_before_the_number(desk: str, hotline: str, pack: str) -> None:
    """A call is judged by its desk's pack, else its number's, else the common one."""
    assert load_packs().for_desk(desk, hotline).id == pack


def test_a_desk_has_the_common_rules_and_its_own_names() -> None:
    """What extends the common pack has all its rules, with {desk} filled by its own names."""
    packs = load_packs()
    desk = packs.for_desk("112", "112")
    assert {rule.id for rule in packs.by_id("common").rules} <= {rule.id for rule in desk.rules}
    assert "障碍台" in {phrase.text for phrase in desk.spelled("{desk}")}
    assert "查号台" not in {phrase.text for phrase in desk.spelled("{desk}")}
    assert {"障碍受理台", "障碍台"} <= {phrase.text for phrase in desk.spelled("{desk}")}  # (受理|)


@pytest.mark.parametrize("rule", load_packs().by_id("common").rules, ids=lambda rule: rule.id)
def test_every_rule_can_be_read_by_monitors(rule: RuleSpec) -> None:
    """Claims and examples are Chinese; a rule about words has phrases."""
    assert any("\u4e00" <= character <= "\u9fff" for character in rule.title + rule.good + rule.bad)
    if isinstance(rule.check, Say | NeverSay):
        assert list(rule.check.phrases())


def test_a_pack_replaces_and_drops_rules(tmp_path: Path) -> None:
    """A rule of the same id takes the place of the one extended; `drop` leaves one out."""
    heavier = DESK + COMMON[COMMON.index("rules:") :].replace("weight: 10", "weight: 20")
    packs = load_packs(write(tmp_path, common=COMMON, desk=heavier))
    assert [rule.weight for rule in packs.for_desk("114", "").rules] == [20.0]
    write(tmp_path, desk=DESK + "drop: [closing]\n")
    assert load_packs(tmp_path).for_desk("114", "").rules == ()


def test_packs_are_read_again_when_they_change(tmp_path: Path) -> None:
    """The same folder gives the same packs until a file changes."""
    write(tmp_path, common=COMMON)
    first = load_packs(tmp_path)
    assert load_packs(tmp_path) is first
    write(tmp_path, common=COMMON.replace("weight: 10", "weight: 12.5"))
    assert load_packs(tmp_path).by_id("common").rules[0].weight == 12.5


@pytest.mark.parametrize(
    ("wrong", "right", "line", "told"),
    [
        ("wieght: 10", "weight: 10", 9, "keys are id, title, dimension, weight"),
        ("weight: 1000", "weight: 10", 9, "less than or equal to 100 (here: 1000)"),
        ("dimension: 好", "dimension: 亲", 8, "'快', '准', '清' or '亲' (here: '好')"),
        ("severity: huge", "severity: major", 10, "'minor', 'major' or 'critical'"),
        ("any: [ABC]", "any: [再见]", 16, "nothing to pronounce"),
        ('any: ["(再见"]', "any: [再见]", 16, "bracket"),
        ('any: ["{town}再见"]', "any: [再见]", 16, "slots are desk, number, name"),
        ("any: [{text: 再见, likeness: 2}]", "any: [再见]", 16, "less than or equal to 1"),
        (
            "any: [{text: 再见, alone: word}]",
            "any: [再见]",
            16,
            "'turn', 'start', 'end', 'opening' or 'first_words'",
        ),
        ("any: []", "any: [再见]", 16, "at least 1 item"),
        ("bad: 好\n    overtalk: {least_s: 1, longest_s: 2, share: 0.1}", "bad: 好", 6, "exactly one check"),
        (
            'bad: 好\n    reasons: {fail: "{who}没说"}',
            "bad: 好",
            6,
            "{heard}, {likeness}, {missing}, {where}",
        ),
        ("extends: [nobody]\nrules:", "rules:", 5, "packs are"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, wrong: str, right: str, line: int, told: str
) -> None:
    """Each mistake names its file and line and what is allowed there."""
    folder = write(tmp_path, common=COMMON.replace(right, wrong, 1))
    place = f"{folder / 'common.yaml'}:{line}: "
    assert any(each.startswith(place) and told in each for each in mistakes(folder))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Two mistakes in one file and one in another are three lines."""
    broken = COMMON.replace("weight: 10", "weight: -1").replace("severity: major", "severity: huge")
    told = mistakes(write(tmp_path, common=broken, desk=DESK.replace("version", "edition")))
    assert [line.rsplit("/", 1)[1].split(": ")[0] for line in told] == [
        *("common.yaml:9", "common.yaml:10"),
        *("desk.yaml:1", "desk.yaml:2"),  # the missing key, and the unknown one in its place
    ]


def test_what_is_not_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    """A syntax error and a key that stands twice name their lines."""
    assert ":3: this is not YAML" in mistakes(write(tmp_path, common="id: common\ntitle: [\nx: }\n"))[0]
    assert ":2: this is not YAML" in mistakes(write(tmp_path, common="id: common\nid: other\n"))[0]


def test_packs_must_agree_with_each_other(tmp_path: Path) -> None:
    """Two packs of one id or for one desk, and a folder without a common pack, are refused."""
    other = DESK.replace("id: desk", "id: other")
    told = mistakes(write(tmp_path, common=COMMON, a=DESK, b=DESK, c=other))
    assert any("id: 'desk' is also in" in line for line in told)
    assert any("desks: '114' is also in" in line for line in told)
    write(tmp_path, common=other.replace("[common]", "[desk]").replace("114", "115"))
    assert any("no pack 'common'" in line for line in mistakes(tmp_path))


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    """The message names the folder."""
    assert str(tmp_path) in mistakes(tmp_path)[0]
