"""Any number of transcripts in the words of the test dialogues."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from ledger.records import Turn
from ledger.search_text import SearchText
from ledger.states import Role

DIALOGUES = Path("callers/dialogues")
START = datetime(2026, 1, 1, tzinfo=UTC)
A_CALL = timedelta(seconds=1)  # between two calls: 114 has 100,000 a day
RARE = "量子纠缠的猫"  # said in one call of 10,000
RIGHT, MISHEARD = "报故障", "抱鼓掌"  # each in one call of 100
SURNAMES, NAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉梅",
)
ROLES = {"caller": Role.CALLER, "operator": Role.OPERATOR}


@lru_cache(maxsize=1)
def dialogues() -> list[list[tuple[Role, str]]]:
    """Who says what, in all dialogues."""
    read = (YAML(typ="safe").load(file) for file in sorted(DIALOGUES.glob("*.yaml")))
    return [
        [(ROLES[turn["who"]], turn["text"]) for turn in each["turns"] if turn["who"] in ROLES]
        for each in read
    ]


class Made(NamedTuple):
    """A call."""

    call_id: str
    received_at: datetime
    turns: list[Turn]


def calls(count: int, seed: int = 114) -> Iterator[Made]:
    """Two dialogues one after the other, a name and a figure of their own in each."""
    chance = random.Random(seed)
    for number in range(count):
        lines = [line for _ in range(2) for line in chance.choice(dialogues())]
        name = chance.choice(SURNAMES) + "".join(chance.choices(NAMES, k=2))
        lines.append((Role.CALLER, f"我叫{name}，上次是{chance.randint(100, 9999)}号接的"))
        if number % 10_000 == 5_000:
            lines.append((Role.CALLER, RARE))
        if number % 100 in {17, 34}:
            lines.append((Role.CALLER, f"我要{RIGHT if number % 100 == 17 else MISHEARD}"))
        turns = [
            Turn(role=role, start_s=3.0 * at, end_s=3.0 * at + 2.5, text=text)
            for at, (role, text) in enumerate(lines)
        ]
        yield Made(f"call-{number:08}", START + number * A_CALL, turns)


def signs(turns: list[Turn]) -> int:
    """How many characters are searched."""
    return len(SearchText.of(turn.text for turn in turns).characters)
