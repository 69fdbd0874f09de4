"""What a search finds: exactly what a slow search finds, in its order; and with mistakes what was meant."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bench.desks.directory.questions import MAKERS, questions
from desks.directory import synthetic
from desks.directory.entries import Place
from desks.directory.finding import Hunt, Wanted, find
from desks.directory.judging import Tier
from desks.directory.records import Entry, Number
from desks.directory.segments import Segment, build
from ledger.pinyin import toneless
from tests.desks.directory.plain_search import exactly

COUNT, FEW = 3000, 700
ALL = Wanted(limit=20, hidden=None, at=None)
EVERY_ONE = Wanted(limit=COUNT, hidden=None, at=None)
# Of 20 of each kind, how many are the first of what is found, and among the first five, at least.
LEAST = {
    "exact": (20, 20), "beginning": (15, 18), "alias": (17, 19), "pinyin": (18, 20), "initials": (14, 18),
    "initials and pinyin": (16, 18), "part of the address": (19, 20), "district and name": (20, 20),
    "one wrong character": (18, 19), "homophone": (19, 20), "near sound": (18, 20),
    "missing character": (17, 19), "swapped characters": (19, 20), "wrong letter": (16, 19),
    "number": (20, 20), "end of a number": (15, 20),
}  # fmt: skip


@cache
def directory(count: int) -> tuple[list[Entry], Segment]:
    """Invented entries."""
    made = [replace(entry, id=at) for at, entry in enumerate(synthetic.make(count, 114), start=1)]
    return made, build(made, Place())


def ids(segment: Segment, query: str, wanted: Wanted = ALL) -> list[int]:
    """What is found."""
    return [int(segment.entry_ids[each.item]) for each in find(segment, query, wanted)]


def exact_ids(segment: Segment, words: Sequence[str], wanted: Wanted) -> list[int]:
    """What is found of the words as they are."""
    hunt = Hunt(segment, wanted)
    hunt.exactly(words, Tier.WHOLE)
    return [int(segment.entry_ids[each.item]) for each in hunt.best()]


@st.composite
def words_in_entries(draw: st.DrawFn) -> list[str]:
    """One to three words that occur somewhere: of characters, syllables, initials, figures."""
    made, _ = directory(FEW)
    entry, other = (made[draw(st.integers(0, FEW - 1))] for _ in range(2))
    texts = (entry.name, *entry.aliases, entry.district, entry.kind, entry.address, other.name)
    return draw(st.lists(_word_in(texts), min_size=1, max_size=3))


def _word_in(texts: Sequence[str]) -> st.SearchStrategy[str]:
    @st.composite
    def of(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(texts))
        first = draw(st.integers(0, len(text) - 1))
        part = text[first : first + draw(st.integers(1, 6))]
        part = "".join(sign for sign in part if sign.isalpha()) or "市"
        how = draw(st.sampled_from(("signs", "signs", "syllables", "initials")))
        if how == "signs" or len(part) < 2:
            return part
        syllables = toneless(part)
        if how == "initials" or min(map(len, syllables)) == 1:  # a single letter is an initial
            return "'".join(each[0] for each in syllables)
        return "'".join(syllables)

    return of()


@given(words_in_entries())
@settings(max_examples=100, deadline=None, phases=(Phase.generate,))  # to shrink takes minutes
def test_the_words_as_they_are_find_what_a_slow_search_finds(words: list[str]) -> None:
    """All of it, and the first twenty in the same order."""
    made, segment = directory(FEW)
    expected = exactly(made, words)
    assert exact_ids(segment, words, ALL) == expected[:20]
    assert sorted(exact_ids(segment, words, EVERY_ONE)) == sorted(expected)


@pytest.mark.parametrize("kind", MAKERS)
def test_what_was_meant_is_found(kind: str) -> None:
    """Of each kind of question, with the mistakes of people who type what they hear."""
    made, segment = directory(COUNT)
    by_id = {entry.id: entry for entry in made}
    asked = [each for each in questions(made, 20, 7) if each.kind == kind]
    first = among = 0
    for each in asked:
        told = [
            by_id[found].name == each.name and (each.street is None or each.street in by_id[found].address)
            for found in ids(segment, each.typed)
        ]
        first, among = first + any(told[:1]), among + any(told[:5])
    assert (first, among) >= LEAST[kind]
    assert among >= LEAST[kind][1]


def small(*entries: Entry) -> Segment:
    """A directory of a few."""
    return build([replace(entry, id=at) for at, entry in enumerate(entries, start=1)], Place())


def test_better_fits_come_first_and_of_equal_ones_those_that_are_asked_for() -> None:
    """The whole name, then the beginning, then all words, then mistakes."""
    segment = small(
        Entry(name="南城人民医院", asked=5),
        Entry(name="人民医院南城分院", asked=1),
        Entry(name="人民医院"),
        Entry(name="仁民医院", asked=99),
        Entry(name="东城人民医院", asked=9),
        Entry(name="红星面馆", asked=999),
    )
    assert ids(segment, "人民医院") == [3, 2, 5, 1, 4]


def test_a_number_is_found_by_its_digits_and_a_label_chooses_it() -> None:
    """Whole, from the front, from the end; with hyphens or blanks."""
    numbers = (Number(number="83332222", label="总机"), Number(number="020-83332120", label="急诊"))
    segment = small(
        Entry(name="一医院", numbers=numbers), Entry(name="面馆", numbers=(Number(number="83339999"),))
    )
    assert ids(segment, "8333 2222") == [1]
    assert ids(segment, "9999") == [2]
    assert set(ids(segment, "8333")) == {1, 2}
    assert ids(segment, "02083332120") == [1]
    assert ids(segment, "医院 急诊") == [1]


def test_signs_that_nobody_types_do_not_matter() -> None:
    """Width, case, brackets, blanks; what cannot be read at all finds nothing and breaks nothing."""
    segment = small(Entry(name="ＫＦＣ（东风路）餐厅"), Entry(name="红星 面馆"), Entry(name="…"))
    assert ids(segment, "kfc") == [1]
    assert ids(segment, "东风路餐厅") == [1]
    assert ids(segment, "红星面馆") == [2]
    for odd in ("", "  ", "…", "'''", "\x00", "𠮷", "9" * 90, "z" * 90, "🙂 a"):
        ids(segment, odd)
    assert ids(small(), "医院") == []


def test_words_that_are_joined_are_taken_apart() -> None:
    """A street, a district or a label before or behind the name."""
    numbers = (Number(number="1", label="总机"), Number(number="2", label="急诊"))
    hospital = Entry(name="红星医院", district="东山区", address="中山路12号", numbers=numbers)
    others = (Entry(name="红星医院", district="西关区", address="环市路3号", asked=9), Entry(name="兰花面馆"))
    segment = small(hospital, *others)
    for query in ("中山路红星医院", "红星医院急诊", "东山区红星医院", "中山路12号", "zhongshanlu hongxing"):
        assert ids(segment, query)[0] == 1, query


def test_random_keys_break_nothing() -> None:
    """Whatever is typed, an answer comes."""
    _, segment = directory(COUNT)
    chance = random.Random(5)
    signs = "人民医院中山路急abcnzhg'12 ü－，行长"
    for _ in range(60):
        ids(segment, "".join(chance.choices(signs, k=chance.randint(1, 14))))
