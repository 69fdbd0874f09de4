"""Synonyms and slots: what a pack says once, and what differs from call to call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import BadPack
from ledger.states import Role, Verdict
from qa_scoring.phrases import BadPhrase, spell
from qa_scoring.wordings import Slot, expanded, pieces
from tests.qa_scoring.language import pack_of, said
from tests.qa_scoring.talk import talk

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL
SYNONYMS = {"查": ("查询", "查找"), "号码": ("电话",)}


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("[查]号码", {"查号码", "查询号码", "查找号码"}),
        ("(请|)[查]", {"请查", "请查询", "请查找", "查", "查询", "查找"}),
        ("(我[查]|[号码])好", {"我查好", "我查询好", "我查找好", "号码好", "电话好"}),
    ],
)
def test_synonyms_are_alternatives(text: str, spelled: set[str]) -> None:
    """`[word]` stands for the word and its wordings, also within alternatives."""
    assert {phrase.text for phrase in spell(expanded(text, SYNONYMS))} == spelled


def test_a_word_without_synonyms_is_refused_with_its_line(tmp_path: Path) -> None:
    """The message names the nearest word that has some."""
    with pytest.raises(BadPhrase, match="the pack has them for 查, 号码"):
        expanded("[问]", SYNONYMS)
    with pytest.raises(BadPack, match=r"common\.yaml:7: rules: rule: there are no synonyms for \[问\]"):
        pack_of(tmp_path, "synonyms: {查: [查询]}\n", rule='say: {any: ["[问]号码"]}')


def test_synonyms_hold_in_the_packs_phrases(tmp_path: Path) -> None:
    """What is heard of a synonym is the phrase."""
    pack = pack_of(tmp_path, "synonyms: {查: [查询, 查找]}\n", rule='say: {any: ["请[查]"]}')
    assert {phrase.text for phrase in pack.spelled("请[查]")} == {"请查", "请查询", "请查找"}


def test_a_phrase_with_slots_is_heard_in_pieces() -> None:
    """The desk's names are spelled out; numbers and names are looked at in the call."""
    assert pieces("{desk}工号{number}为您服务") == ("{desk}工号", Slot.NUMBER, "为您服务")
    assert pieces("我姓{name}") == ("我姓", Slot.NAME)


@pytest.mark.parametrize(
    ("phrase", "heard", "verdict"),
    [
        ("工号{number}", "您好工号八零零一请讲", PASS),
        ("工号{number}", "您好工号是八零零幺", PASS),
        ("工号{number}", "您好工号请讲", FAIL),
        ("工号{number}", "您好工号零幺请讲", OPEN),
        ("工号{number}", "八零零一请讲", FAIL),
        ("工号{number}为您服务", "工号八零零一为您服务", PASS),
        ("工号{number}为您服务", "工号八零零一很高兴能够在这里为您服务", FAIL),
        ("{number}号话务员", "八零零一号话务员为您服务", PASS),
        ("{number}号话务员", "我是号话务员", FAIL),
        ("{desk}{number}为您服务", "您好一一四八零零一为您服务", PASS),
        ("我叫{name}", "您好我叫王小明", PASS),
        ("我叫{name}", "您好我叫", FAIL),
        ("我叫{name}请讲", "我叫王小明请讲", PASS),
        ("我叫{name}请讲", "我叫什么您就不用知道了请讲", FAIL),
    ],
)
def test_a_slot_holds_what_its_kind_asks_for(
    tmp_path: Path, phrase: str, heard: str, verdict: Verdict
) -> None:
    """Digits near the wording for a number, two to four syllables for a name."""
    finding = said(tmp_path, talk((OPERATOR, heard), (CALLER, "好")), f'say: {{any: ["{phrase}"]}}')
    assert finding.verdict is verdict, finding.reason
    assert finding.evidence is not None


def test_a_name_that_the_call_knows_must_be_said(tmp_path: Path) -> None:
    """With a fact `name` its value is what belongs in the slot; the evidence does not repeat it."""
    body = 'say: {any: ["{name}您好"]}'
    right = said(tmp_path, talk((OPERATOR, "王晓明您好"), name="王小明"), body)
    assert right.verdict is PASS
    assert right.evidence is not None
    assert right.evidence.phrase == "{name}您好"
    assert said(tmp_path, talk((OPERATOR, "李大海您好"), name="王小明"), body).verdict is FAIL


def test_a_taboo_may_have_a_slot(tmp_path: Path) -> None:
    """`never_say` and counting see phrases with slots as others."""
    call = talk((OPERATOR, "我们工号八零零一不会错"))
    assert said(tmp_path, call, 'never_say: {any: ["工号{number}不会错"]}').verdict is FAIL
    assert said(tmp_path, call, 'say: {any: ["工号{number}"], times: {at_most: 0}}').verdict is FAIL


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('say: {any: ["{number}"]}', "nothing but slots"),
        ('say: {any: ["号{number}{name}好"]}', "two slots with nothing between"),
        ('say: {any: [{text: "号{number}", alone: turn}]}', "cannot be asked to stand alone"),
        ('say: {any: [{text: 号, not_within: ["号{number}"]}]}', "has a slot, which means nothing here"),
        ('say: {any: ["{nam}好"]}', "did you mean 'name'?"),
        ('hold_notice: {wait_s: 5, any: ["等{number}"]}', "which hold_notice cannot fill"),
    ],
)
def test_a_slot_that_cannot_be_filled_is_refused(tmp_path: Path, body: str, told: str) -> None:
    """When the pack is read, with what would be right."""
    with pytest.raises(BadPack) as caught:
        pack_of(tmp_path, rule=body)
    assert told in str(caught.value)
