"""Conversations for tests, laid out at a plain pace."""

from __future__ import annotations

from ledger.records import Mark, Turn
from ledger.states import Role
from qa_scoring import Conversation

SYLLABLE_S = 0.2
PAUSE_S = 0.4


def talk(
    *said: tuple[Role, str], marks: tuple[Mark, ...] = (), hotline: str = "114", **facts: str
) -> Conversation:
    """Turns one after the other."""
    turns: list[Turn] = []
    now_s = 0.0
    for role, text in said:
        start_s = now_s + PAUSE_S
        now_s = start_s + SYLLABLE_S * len(text)
        turns.append(Turn(role=role, start_s=start_s, end_s=now_s, text=text))
    return Conversation(
        hotline=hotline,
        desk=hotline,
        duration_s=round(now_s + 1.0, 3),  # as evidence is: to the millisecond
        turns=tuple(turns),
        marks=marks,
        facts=facts,
    )
