"""Questions of every kind by a seed, made of entries that are there: what an operator would type for them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from desks.directory import sounds
from desks.directory.records import Entry
from desks.directory.segments import traits_in
from ledger.pinyin import toneless

COMMON: Final = "".join(  # the characters of everyday texts
    bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
)
SHORT: Final = (
    *(
        "公司",
        "医院",
        "银行",
        "有限公司",
        "小学",
        "派出所",
        "酒店",
        "市",
        "中",
        "华",
        "王",
        "a",
        "z",
        "s",
        "gs",
    ),
    *("yy", "yh", "gongsi", "yiyuan", "xx", "东山区", "中山路", "医", "学", "贸易", "83", "8", "zh", "shi"),
)
NEAR_COST: Final = 0.17  # of a sound that is taken for another


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is typed, and the name that it is for; None: none in particular."""

    kind: str
    typed: str
    name: str | None
    street: str | None = None  # that the entry must have


Maker = Callable[[random.Random, Entry], str | None]


def questions(found: Sequence[Entry], of_each: int, seed: int) -> list[Question]:
    """So many of each kind; entries are drawn by chance."""
    chance = random.Random(seed)
    made = [Question(kind="short", typed=typed, name=None) for typed in chance.choices(SHORT, k=of_each)]
    for kind, maker in MAKERS.items():
        count = 0
        while count < of_each:
            entry = chance.choice(found)
            typed = maker(chance, entry)
            if typed is not None:
                street = _street(entry) if kind == "part of the address" else None
                made.append(Question(kind=kind, typed=typed, name=entry.name, street=street))
                count += 1
    return made


def _exact(_: random.Random, entry: Entry) -> str | None:
    return entry.name


def _beginning(chance: random.Random, entry: Entry) -> str | None:
    return entry.name[: chance.randint(4, 6)] if len(entry.name) > 6 else None


def _alias(_: random.Random, entry: Entry) -> str | None:
    return entry.aliases[0] if entry.aliases else None


def _pinyin(_: random.Random, entry: Entry) -> str | None:
    return "".join(toneless(entry.name))


def _initials(_: random.Random, entry: Entry) -> str | None:
    return "".join(each[0] for each in toneless(entry.name)) if len(entry.name) > 4 else None


def _mixed(chance: random.Random, entry: Entry) -> str | None:
    """Initials first, then whole syllables."""
    read = toneless(entry.name)
    at = chance.randint(1, max(1, len(read) - 2))
    return "".join(each[0] for each in read[:at]) + "".join(read[at:]) if len(read) > 4 else None


def _part_of_the_address(_: random.Random, entry: Entry) -> str | None:
    return f"{_street(entry)} {entry.name[:4]}" if _street(entry) else None


def _district(_: random.Random, entry: Entry) -> str | None:
    return f"{entry.district} {entry.name}"


def _wrong_character(chance: random.Random, entry: Entry) -> str | None:
    return _changed(chance, entry.name, lambda _: chance.choice(COMMON))


def _homophone(chance: random.Random, entry: Entry) -> str | None:
    return _changed(chance, entry.name, lambda sign: _other(chance, _alike(sign, 0.0), sign))


def _near_sound(chance: random.Random, entry: Entry) -> str | None:
    return _changed(chance, entry.name, lambda sign: _other(chance, _alike(sign, NEAR_COST), sign))


def _missing(chance: random.Random, entry: Entry) -> str | None:
    return _changed(chance, entry.name, lambda _: "")


def _swapped(chance: random.Random, entry: Entry) -> str | None:
    if len(entry.name) < 5:
        return None
    at = chance.randint(0, len(entry.name) - 2)
    return f"{entry.name[:at]}{entry.name[at + 1]}{entry.name[at]}{entry.name[at + 2 :]}"


def _wrong_letter(chance: random.Random, entry: Entry) -> str | None:
    """One letter of the pinyin wrong, missing, or changed with its neighbour."""
    typed = "".join(toneless(entry.name))
    if len(entry.name) < 4 or not typed.isalpha():
        return None
    at = chance.randint(1, len(typed) - 2)
    return chance.choice(
        (
            typed[:at] + chance.choice(sounds.LETTERS) + typed[at + 1 :],
            typed[:at] + typed[at + 1 :],
            typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :],
        )
    )


def _number(_: random.Random, entry: Entry) -> str | None:
    return entry.numbers[0].number


def _end_of_number(_: random.Random, entry: Entry) -> str | None:
    return entry.numbers[0].number[-6:]


MAKERS: Final[dict[str, Maker]] = {
    "exact": _exact,
    "beginning": _beginning,
    "alias": _alias,
    "pinyin": _pinyin,
    "initials": _initials,
    "initials and pinyin": _mixed,
    "part of the address": _part_of_the_address,
    "district and name": _district,
    "one wrong character": _wrong_character,
    "homophone": _homophone,
    "near sound": _near_sound,
    "missing character": _missing,
    "swapped characters": _swapped,
    "wrong letter": _wrong_letter,
    "number": _number,
    "end of a number": _end_of_number,
}


def _changed(chance: random.Random, name: str, other: Callable[[str], str]) -> str | None:
    """A name of five characters or more with one changed."""
    if len(name) < 5:
        return None
    at = chance.randrange(len(name))
    changed = name[:at] + other(name[at]) + name[at + 1 :]
    return changed if changed != name else None


def _other(chance: random.Random, signs: str, sign: str) -> str:
    others = signs.replace(sign, "")
    return chance.choice(others) if others else sign


@cache
def _alike(sign: str, cost: float) -> str:
    """Common characters that sound the same (0), or so near but not the same."""
    costs = sounds.costs()[sounds.of_sign()[ord(sign)]]
    read = {each: float(costs[sounds.of_sign()[ord(each)]]) for each in COMMON}
    return "".join(each for each, at in read.items() if (at == 0.0 if cost == 0.0 else 0.0 < at <= cost))


def _street(entry: Entry) -> str:
    return (traits_in(entry.address) or [""])[0]
