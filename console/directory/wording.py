"""What the directory's closed sets are called, and how its texts are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from console.directory.schemas import HitDocument
from console.words import N_
from desks.directory.records import Field, Standing

STANDINGS = {
    Standing.VALID: N_("有效"),
    Standing.NOT_YET: N_("尚未启用"),
    Standing.NO_MORE: N_("已失效"),
    Standing.REMOVED: N_("已删除"),
}
GROUP: Final = 4  # digits of a number that are read together


def grouped(number: str) -> str:
    """A number as it is read: in groups of four from its end; others than plain digits as they are."""
    if not number.isdecimal():
        return number
    first = len(number) % GROUP
    groups = [number[:first], *(number[at : at + GROUP] for at in range(first, len(number), GROUP))]
    return " ".join(filter(None, groups))


def marked(hit: HitDocument, field: str, text: str) -> Iterator[tuple[str, bool]]:
    """A text in pieces, each with whether the query found it."""
    found = [each for each in hit.matches if each.field == Field(field) and each.text == text]
    lit = [any(each.first <= at < each.past for each in found) for at in range(len(text))]
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or lit[at] != lit[start]:
            yield text[start:at], lit[start]
            start = at
