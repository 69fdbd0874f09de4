"""The fast search of many phrases finds what the plain search of each finds, to the last hit and figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records import Turn
from ledger.states import Role
from qa_scoring import searching
from qa_scoring.conversation import Span
from qa_scoring.heard import Heard, hear
from qa_scoring.phrase_books import UNITS, PhraseBook
from qa_scoring.phrases import CONTEXT_LIKENESS, DOUBT_WIDTH, Phrase
from qa_scoring.rules.listening import NARROW_DOUBT_WIDTH
from qa_scoring.searching import Search
from qa_scoring.sound import Listener
from tests.qa_scoring.plain_search import PlainListener

ALIKE = (
    "您你好请问一幺四十是死二零两洞七几的吗呢嗯啊了那再见在建谢歇喂为讲里你林另"  # much is nearly the same
)
TEXTS = st.text(ALIKE, min_size=1, max_size=9) | st.text("您好请问再见嗯的", min_size=1, max_size=14)
PHRASES = st.lists(TEXTS.map(Phrase), min_size=1, max_size=12, unique=True).map(tuple)
LOW = 0.4  # likeness
LEAST = st.sampled_from((LOW, 0.7, 0.77, 0.84, CONTEXT_LIKENESS, 1.0))
DOUBTS = st.sampled_from((0.0, NARROW_DOUBT_WIDTH, DOUBT_WIDTH, 0.3))
SPANS = st.sampled_from(((0.0, 1000.0), (0.0, 3.0), (2.0, 12.0), (11.0, 14.0), (500.0, 600.0)))


@st.composite
def heard_rows(draw: st.DrawFn) -> Heard:
    """Some rounds of a speaker."""
    texts = draw(st.lists(TEXTS, max_size=4))
    turns = [
        Turn(role=Role.OPERATOR, start_s=at * 10.0, end_s=at * 10.0 + 5.0, text=text)
        for at, text in enumerate(texts)
    ]
    return hear([[turn] for turn in turns])


@settings(deadline=None, max_examples=150)
@given(PHRASES, heard_rows(), st.tuples(LEAST | st.none(), DOUBTS), SPANS, st.none() | LEAST)
def test_the_search_of_a_book_equals_the_plain_one(
    phrases: tuple[Phrase, ...],
    heard: Heard,
    asks: tuple[float | None, float],
    bounds: tuple[float, float],
    usual: float | None,  # what the book is told is asked for
) -> None:
    """Whatever is asked for, of random phrases in random syllables, whether that is usual or not."""
    least, doubt = asks
    asked = {} if usual is None else dict.fromkeys(phrases[1:], usual)
    fast, plain = Listener(PhraseBook.of(phrases, asked), heard), PlainListener(phrases, heard)
    if usual is not None:
        fast.listen_ahead()
    within = Span(start_s=bounds[0], end_s=bounds[1])
    for some in (phrases, phrases[::2]):
        expected = plain.worth_a_look(some, within, least=least, doubt=doubt)
        assert fast.worth_a_look(some, within, least=least, doubt=doubt) == expected
    for phrase in phrases:
        expected_hits = plain.hits(phrase, within, least=least or LOW)
        assert fast.hits(phrase, within, least=least or LOW) == expected_hits
    assert fast.best(phrases, within) == plain.best(phrases, within)


@settings(deadline=None)
@given(PHRASES, heard_rows())
def test_no_phrase_costs_less_than_its_floor(phrases: tuple[Phrase, ...], heard: Heard) -> None:
    """What the sieve keeps from being searched cannot be there."""
    book = PhraseBook.of(phrases)
    search = Search(book, heard)
    floors = search.floors()
    for rows in search.batches(np.arange(len(book.lengths))):
        cheapest = search.costs(rows).min(axis=1, initial=UNITS * 100)
        assert (floors[rows] <= cheapest).all()


def test_most_phrases_that_were_not_said_are_not_searched_for() -> None:
    """Of a hundred phrases only those that are nearly there are laid along the words."""
    digits = "零一二三四五六七八九"
    numbers = [Phrase("查到" + one + "号窗" + other) for one in digits for other in digits]
    phrases = (Phrase("请稍等一下"), *numbers)
    listener = Listener(PhraseBook.of(phrases), hear([[_turn("好的请稍等一下我帮您看看")]]))
    whole = Span(start_s=0.0, end_s=1000.0)
    assert listener.worth_a_look(phrases, whole, least=0.77) == [Phrase("请稍等一下")]
    assert listener.searched == 1


def test_a_long_call_is_searched_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phrases that are too many for the memory at once are found as all together."""
    phrases = tuple(
        Phrase(text) for text in ("请稍等", "您好", "请问还有什么可以帮您", "再见", "谢谢您的来电")
    )
    heard = hear([[_turn("您好请问有什么可以帮您请稍等谢谢来电再见")]])
    whole = Span(start_s=0.0, end_s=1000.0)
    at_once = [Listener(PhraseBook.of(phrases), heard).best((phrase,), whole) for phrase in phrases]
    monkeypatch.setattr(searching, "MOST_CELLS", 1)
    listener = Listener(PhraseBook.of(phrases), heard)
    assert len(listener.worth_a_look(phrases, whole, least=0.3)) == len(phrases)
    assert [listener.best((phrase,), whole) for phrase in phrases] == at_once


def test_a_book_without_phrases_hears_nothing() -> None:
    """A pack whose rules ask for no words is a book too."""
    listener = Listener(PhraseBook.of(()), hear([[_turn("您好")]]))
    listener.listen_ahead()
    assert listener.best((), Span(start_s=0.0, end_s=9.0)) is None
    assert listener.searched == 0


def _turn(text: str) -> Turn:
    return Turn(role=Role.OPERATOR, start_s=1.0, end_s=5.0, text=text)
