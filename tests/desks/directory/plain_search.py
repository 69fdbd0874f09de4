"""The search's exact part once more, entry by entry and slowly, as its definition says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from desks.directory.compiling import folded
from desks.directory.judging import Tier
from desks.directory.records import Entry
from desks.directory.segments import traits_in
from ledger.pinyin import toneless
from ledger.search_text import READ

Row = Sequence[str]  # the signs of a text, or its syllables
Fits = Callable[[Row], Row | None]


def exactly(entries: Sequence[Entry], words: Sequence[str]) -> list[int]:
    """Ids of entries that have all words as they are, the best first."""
    found = [
        (tier, -entry.asked, entry.id or 0)
        for entry in entries
        if (tier := tier_of(entry, words)) is not None
    ]
    return [entry_id for _, _, entry_id in sorted(found)]


def tier_of(entry: Entry, words: Sequence[str]) -> Tier | None:
    """Where an entry stands; None where a word is missing."""
    found = [list(_of_word(entry, word)) for word in words]
    if not all(found):
        return None
    return min(tier for tiers in found for tier in tiers)


def _of_word(entry: Entry, word: str) -> Iterator[Tier]:
    wanted = _row_of(word)
    for name in (entry.name, *entry.aliases):
        row = _as(word, name)
        if row == wanted:
            yield Tier.WHOLE
        if row[: len(wanted)] == wanted:
            yield Tier.BEGINNING
        if _is_within(wanted, row):
            yield Tier.WORDS
    for trait in _traits(entry):
        row = _as(word, trait)
        if row == wanted or (not word.isdigit() and _is_placed(wanted, row)):
            yield Tier.PLACE


def _is_placed(wanted: Row, row: Row) -> bool:
    return row[: len(wanted)] == wanted if len(wanted) == 1 else _is_within(wanted, row)


def _row_of(word: str) -> Row:
    return word.split("'") if word.isascii() and not word.isdigit() else list(word)


def _as(word: str, text: str) -> Row:
    """A text as the word is: signs, syllables, or initials where the word is letters apart."""
    signs, syllables, initials = _rows(text)
    if not word.isascii() or word.isdigit():
        return signs
    return initials if all(len(part) == 1 for part in word.split("'")) else syllables


@cache
def _rows(text: str) -> tuple[Row, Row, Row]:
    signs = [sign for sign in folded(text) if sign.isalnum()]
    syllables = toneless("".join(signs).translate(READ), errors=list)
    return signs, syllables, [each[0] for each in syllables]


def _is_within(wanted: Row, row: Row) -> bool:
    return any(list(row[at : at + len(wanted)]) == list(wanted) for at in range(len(row)))


def _traits(entry: Entry) -> Iterator[str]:
    for text in (entry.kind, entry.district, entry.address, *(each.label for each in entry.numbers)):
        yield from traits_in(text)
