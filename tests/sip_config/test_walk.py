"""Walking a plan without a phone: languages, entries, overflow ends and hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from sip_config import Plan, load_plan
from sip_config.walk import walk

_PLAN = """
version: 1
numbers: {"112": {name: 障碍台, greeting: greeting-112, menu: main, desk: "112"}}
menus:
  main:
    prompt: menu-112
    keys:
      "1": {collect: line, then: {desk: "112"}}
      "2": {language: en, then: {repeat: true}}
      "3": {voicemail: "112"}
      "4": {collect: code, then: {call_back: "112"}}
    otherwise: {desk: "112"}
collections:
  line:
    {fact: fault_number, prompt: ask-faulty-line, shortest: 7, longest: 8, tries: 2, confirm: confirm-digits}
  code: {fact: code, prompt: ask-faulty-line, shortest: 4, longest: 4, tries: 1}
desks: {"112": {name: 障碍台, operators: ["8003"]}}
operators: {"8003": {name: 王}}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """One menu with all kinds of steps."""
    (tmp_path / "plan.yaml").write_text(_PLAN, "utf-8")
    return load_plan(tmp_path / "plan.yaml")


def way(plan: Plan, *keys: str) -> list[str]:
    """What happens after the greeting, in short."""
    return [f"{moment.kind} {moment.detail}".strip() for moment in walk(plan, "112", keys)][3:]


def test_an_entry_is_read_back_and_collected(plan: Plan) -> None:
    """The keys of one entry stand together; the digits are told as they are heard."""
    assert way(plan, "1", "6301234#", "1") == [
        *("key 1", "says ask-faulty-line", "key 6301234", "says confirm-digits", "key 1"),
        *("collected fault_number", "desk 112"),
    ]
    moments = walk(plan, "112", ["1", "6301234"])
    confirmed = [moment.text for moment in moments if moment.detail == "confirm-digits"]
    assert confirmed == ["您输入的号码是，六三零幺二三四，正确请按一，重新输入请按二。"] * 2


def test_what_does_not_fit_is_asked_again_and_then_left(plan: Plan) -> None:
    """Too few digits, a caller who wants to enter again, silence: after the tries the way goes on."""
    assert way(plan, "1", "630", "6301234#2") == [
        *("key 1", "says ask-faulty-line", "key 630", "says wrong-length"),
        *("says ask-faulty-line", "key 6301234", "says confirm-digits", "key 2", "desk 112"),
    ]
    assert way(plan, "4") == ["key 4", "says ask-faulty-line", "silence", "call_back 112"]
    assert way(plan, "4", "99*1234#")[-2:] == ["collected code", "call_back 112"]


def test_a_language_holds_from_then_on(plan: Plan) -> None:
    """The menu is heard again in English; a caller may also begin in it."""
    assert way(plan, "2", "3") == ["key 2", "language en", "says menu-112", "key 3", "voicemail 112"]
    texts = [moment.text for moment in walk(plan, "112", ["2"]) if moment.detail == "menu-112"]
    assert str(texts[0]).startswith("电话障碍")
    assert str(texts[1]).startswith("If your telephone")
    first = next(iter(walk(plan, "112", language="en")))
    assert first.text == "To help us serve you well, this call will be recorded."
