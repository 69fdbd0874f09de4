"""A corrected turn: words keep their times where they stay."""

from __future__ import annotations

import pytest

from ledger.records import Turn, Word
from ledger.retiming import corrected
from ledger.states import Clearness, Role
from ledger.timed_text import timed_text

HEARD = ("宽带", "有", "鼓掌", "了")


@pytest.fixture
def turn() -> Turn:
    """Four words of half a second each, from 10 s on."""
    words = tuple(
        Word(
            text=text,
            start_s=10 + n / 2,
            end_s=10.5 + n / 2,
            confidence=0.9,
            clearness=Clearness.DOUBTFUL,
        )
        for n, text in enumerate(HEARD)
    )
    return Turn(role=Role.CALLER, start_s=10, end_s=12, text="".join(HEARD), words=words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("宽带有鼓掌了", [("宽带", 10, 10.5), ("有", 10.5, 11), ("鼓掌", 11, 11.5), ("了", 11.5, 12)]),
        (
            "宽带有故障了",
            [("宽带", 10, 10.5), ("有", 10.5, 11), ("故", 11, 11.25), ("障", 11.25, 11.5), ("了", 11.5, 12)],
        ),
        ("宽带有了", [("宽带", 10, 10.5), ("有", 10.5, 11), ("了", 11.5, 12)]),
        ("带有鼓掌", [("带", 10.25, 10.5), ("有", 10.5, 11), ("鼓掌", 11, 11.5)]),
        ("好", [("好", 10, 12)]),
    ],
)
def test_what_stays_keeps_its_time(turn: Turn, text: str, told: list[tuple[str, float, float]]) -> None:
    """New signs share what lies between their neighbours; what is gone leaves its time to nobody."""
    assert list(timed_text(corrected(turn, text))) == told


def test_what_a_person_heard_is_clear(turn: Turn) -> None:
    """However unsure the machine was."""
    assert {word.clearness for word in corrected(turn, "宽带有故障了").words} == {None}
