"""What of an entry a query found: for each word the field that fits best, and where in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from desks.directory.aligning import Page, fit
from desks.directory.judging import allowed
from desks.directory.records import Entry, Field
from desks.directory.telephone import digits_of
from desks.directory.typed import Word, word, words_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A word of the query, and what it found."""

    word: str
    field: Field
    text: str
    first: int  # characters of the text that fit, half open; all of it where there are mistakes
    past: int
    number: int | None = None  # which of the entry's numbers, where it is one of them or its label


def explain(query: str, found: Sequence[Entry]) -> list[tuple[Match, ...]]:
    """Of each entry what the words of the query found in it."""
    texts = [(at, *part) for at, entry in enumerate(found) for part in _parts(entry)]
    words = [word(typed) for typed in words_of(query)]
    matches: list[list[Match]] = [[] for _ in found]
    if texts and words:
        page = Page.of_texts([text for _, _, text, _ in texts])
        for each in words:
            for at, match in _best(each, page, texts):
                matches[at].append(match)
    digits = "".join(each.typed for each in words)
    if digits.isdecimal():
        for at, entry in enumerate(found):
            matches[at] += _numbers(entry, digits)
    return [tuple(each) for each in matches]


def number_of(matches: Sequence[Match]) -> int:
    """Which of an entry's numbers was asked for: the first, unless a label or digits say otherwise."""
    return next((match.number for match in matches if match.number is not None), 0)


_Part = tuple[Field, str, int | None]


def _parts(entry: Entry) -> Iterator[_Part]:
    yield Field.NAME, entry.name, None
    yield from ((Field.ALIAS, alias, None) for alias in entry.aliases)
    yield from ((Field.LABEL, each.label, at) for at, each in enumerate(entry.numbers) if each.label)
    for field, text in (
        (Field.DISTRICT, entry.district),
        (Field.ADDRESS, entry.address),
        (Field.KIND, entry.kind),
    ):
        if text:
            yield field, text, None


def _best(
    each: Word, page: Page, texts: Sequence[tuple[int, Field, str, int | None]]
) -> Iterator[tuple[int, Match]]:
    """Of each entry the text that the word fits best, the first of several."""
    found = fit(page, (*each.ways, *each.slips), alike=True)
    costs = found.cost.tolist()
    best: dict[int, int] = {}
    for row, (at, *_) in enumerate(texts):
        if costs[row] <= allowed(each) and (at not in best or costs[row] < costs[best[at]]):
            best[at] = row
    for at, row in best.items():
        _, field, text, number = texts[row]
        first, past = _span(each, page, row, text)
        yield at, Match(word=each.typed, field=field, text=text, first=first, past=past, number=number)


def _span(each: Word, page: Page, row: int, text: str) -> tuple[int, int]:
    if int(page.lengths[row]) != len(text):
        return 0, len(text)
    for way in each.ways:
        starts = page.row(row).exactly(way)
        if starts.any():
            first = int(np.argmax(starts))
            return first, first + len(way)
    return 0, len(text)


def _numbers(entry: Entry, digits: str) -> Iterator[Match]:
    for at, each in enumerate(entry.numbers):
        plain = digits_of(each.number)
        if digits in plain:
            first = plain.index(digits) if plain == each.number else 0
            past = first + len(digits) if plain == each.number else len(each.number)
            yield Match(word=digits, field=Field.NUMBER, text=each.number, first=first, past=past, number=at)
            return
