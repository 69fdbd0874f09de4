"""Phrases as packs write them, before they are spelled: with synonyms, and slots for what differs by call.

`请[查]一下{number}` has the synonyms of 查 and a number. A phrase with a slot is heard in pieces: what stands
between its slots is matched by sound, and what lies in a slot must be of its kind (`rules/slots.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from qa_scoring.phrases import BadPhrase, spell
from qa_scoring.reading import nearest

Synonyms = Mapping[str, tuple[str, ...]]
DESK: Final = "desk"  # spelled out: the pack's `desk_names`
_SYNONYM = re.compile(r"\[([^\[\]]*)\]")
_GROUP = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")


class Slot(StrEnum):
    """What differs from call to call within a phrase."""

    NUMBER = "number"  # a run of digits
    NAME = "name"  # two to four syllables, or the fact `name` where the call has one


def pieces(text: str) -> tuple[str | Slot, ...]:
    """A phrase's wordings and slots in their order. Raises BadPhrase for a slot that there is not."""
    parts: list[str | Slot] = []
    for at, part in enumerate(_SLOT.split(text)):
        if at % 2 == 0 or part == DESK:
            _add(parts, f"{{{DESK}}}" if at % 2 else part)
        elif part in set(Slot):
            parts.append(Slot(part))
        else:
            slots = (DESK, *(slot.value for slot in Slot))
            hint = nearest(part, slots) or f"; slots are {', '.join(slots)}"
            raise BadPhrase(f"there is no slot {{{part}}}{hint}")
    return tuple(parts)


def wordings(text: str) -> tuple[str, ...]:
    """What of a phrase is matched by sound."""
    return tuple(part for part in pieces(text) if not isinstance(part, Slot))


@lru_cache(maxsize=8192)
def has_slots(text: str) -> bool:
    """Whether a part of the phrase is only known in the call."""
    return any(isinstance(part, Slot) for part in pieces(text))


def expanded(text: str, synonyms: Synonyms) -> str:
    """The phrase with every `[word]` replaced by the alternatives for it. Raises BadPhrase."""

    def alternatives(word: str) -> tuple[str, ...]:
        if word not in synonyms:
            hint = nearest(word, synonyms) or f"; the pack has them for {', '.join(synonyms) or 'none'}"
            raise BadPhrase(f"there are no synonyms for [{word}]{hint}")
        return tuple(dict.fromkeys((word, *synonyms[word])))

    def multiplied(group: re.Match[str]) -> str:
        ways = (_ways(each, alternatives) for each in group[1].split("|"))
        return "(" + "|".join(itertools.chain.from_iterable(ways)) + ")"

    text = _GROUP.sub(multiplied, text)
    return _SYNONYM.sub(lambda word: "(" + "|".join(alternatives(word[1])) + ")", text)


def check(text: str, *, slots: bool = True) -> str:
    """The text, if it can be spelled out whatever the pack's names and synonyms are. Raises ValueError."""
    bare = _SYNONYM.sub(lambda word: word[1], text)
    parts = pieces(bare)
    if not slots and any(isinstance(part, Slot) for part in parts):
        raise ValueError(f"{text!r} has a slot, which means nothing here")
    fixed = [part for part in parts if not isinstance(part, Slot)]
    if not fixed:
        raise ValueError(f"{text!r} has nothing but slots; write words beside them")
    if any(isinstance(one, Slot) and isinstance(other, Slot) for one, other in itertools.pairwise(parts)):
        raise ValueError(f"{text!r} has two slots with nothing between them")
    for part in fixed:
        spell(part, ("一",))
    return text


def _ways(text: str, alternatives: object) -> tuple[str, ...]:
    """Every wording of one alternative of a group: brackets of a group cannot be nested."""
    assert callable(alternatives)
    parts = _SYNONYM.split(text)
    choices = [alternatives(part) if at % 2 else (part,) for at, part in enumerate(parts)]
    return tuple("".join(chosen) for chosen in itertools.product(*choices))


def _add(parts: list[str | Slot], text: str) -> None:
    if not text:
        return
    if parts and not isinstance(parts[-1], Slot):
        parts[-1] = f"{parts[-1]}{text}"
    else:
        parts.append(text)
