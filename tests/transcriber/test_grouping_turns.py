"""Words to turns."""

from __future__ import annotations

from ledger.records import Word
from ledger.states import Role
from transcriber.turns import group_turns, merge_turns


def word(text: str, start_s: float, end_s: float) -> Word:
    """A word that was heard well."""
    return Word(text=text, start_s=start_s, end_s=end_s, confidence=1.0)


def test_a_long_pause_ends_a_turn() -> None:
    """Words a breath apart are one turn, words further apart are two."""
    words = [word("您好", 1.0, 1.4), word("请问", 1.9, 2.2), word("再见", 3.2, 3.6)]
    first, second = group_turns(words, Role.OPERATOR)
    assert (first.text, first.start_s, first.end_s) == ("您好，请问？", 1.0, 2.2)
    assert (second.text, second.role) == ("再见。", Role.OPERATOR)


def test_no_words_are_no_turns() -> None:
    """A silent channel has no turn."""
    assert group_turns([], Role.CALLER) == []


def test_speakers_are_merged_in_order_of_time() -> None:
    """Turns of both sides come in the order in which they began, also where they overlap."""
    operator = group_turns([word("您好", 1.0, 1.5), word("再见", 9.0, 9.5)], Role.OPERATOR)
    caller = group_turns([word("喂", 1.2, 1.3)], Role.CALLER)
    assert [turn.text for turn in merge_turns([operator, caller])] == ["您好。", "喂。", "再见。"]
