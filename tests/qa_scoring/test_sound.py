"""Matching by sound: what is alike, where it is, and how it is found whatever the recogniser wrote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records import Turn, Word
from ledger.states import Role
from qa_scoring.conversation import Span
from qa_scoring.heard import Heard, hear
from qa_scoring.phrases import BadPhrase, Phrase, spell
from qa_scoring.sound import Hit, Listener, PhraseBook
from qa_scoring.syllables import syllables_of

WHOLE = Span(start_s=0.0, end_s=1000.0)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


def turn(text: str, start_s: float = 1.0, end_s: float = 5.0, words: tuple[Word, ...] = ()) -> Turn:
    """An operator's turn."""
    return Turn(role=Role.OPERATOR, start_s=start_s, end_s=end_s, text=text, words=words)


def best(phrase: str, *texts: str) -> Hit | None:
    """The best fit of a phrase in rounds of one turn each."""
    return best_in(phrase, hear([[turn(text, at * 10.0, at * 10.0 + 5.0)] for at, text in enumerate(texts)]))


def best_in(phrase: str, heard: Heard) -> Hit | None:
    """The best fit of a phrase in what was heard."""
    phrases = spell(phrase)
    return Listener(PhraseBook.of(phrases), heard).best(phrases, WHOLE)


def likeness(phrase: str, text: str) -> float:
    """How alike a phrase and a text are."""
    hit = best(phrase, text)
    return hit.likeness if hit else 0.0


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("故障", "鼓掌"),
        ("记录", "季路"),
        ("再见", "在建"),
        ("一一四", "幺幺四"),
        ("114", "要要四"),
        ("一八零", "幺八洞"),
    ],
)
def test_homophones_and_readings_of_digits_are_free(phrase: str, heard: str) -> None:
    """What sounds the same is wholly alike, however it is written."""
    assert likeness(phrase, heard) == 1.0


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (("查询", "茶形"), ("查询", "茶钱")),
        (("四川", "是川"), ("四川", "里川")),
        (("南方", "兰方"), ("南方", "班方")),
        (("辛苦", "星苦"), ("辛苦", "霞苦")),
        (("一一四", "一四"), ("一一二四", "一四")),
    ],
)
def test_usual_confusions_cost_less(nearer: tuple[str, str], farther: tuple[str, str]) -> None:
    """zh/z, n/l, in/ing and a dropped twin digit cost less than other differences."""
    assert likeness(*farther) < likeness(*nearer) < 1.0


def test_a_short_phrase_has_no_room_for_a_wrong_syllable() -> None:
    """再见 is not heard in 再说, nor 喂 in any other syllable."""
    phrase = spell("再见")[0]
    assert likeness("再见", "再说") < phrase.needed_likeness
    assert spell("喂")[0].needed_likeness == 1.0


def test_a_long_phrase_bears_one_wrong_syllable() -> None:
    """One syllable in eight may be wrong."""
    assert likeness("请问还有什么可以帮您", "请问还有什么可以把您") > 0.9
    assert (
        likeness("请问还有什么可以帮您", "请问还有可以帮您")
        >= spell("请问还有什么可以帮您")[0].needed_likeness
    )


def test_the_place_is_told() -> None:
    """A hit names the words, and the times of the words."""
    words = (
        Word(text="嗯", start_s=1.0, end_s=1.2, confidence=1.0),
        Word(text="再建", start_s=2.0, end_s=2.6, confidence=1.0),
        Word(text="好的", start_s=4.0, end_s=4.4, confidence=1.0),
    )
    hit = best_in("再见", hear([[turn("嗯再建好的", words=words)]]))
    assert hit is not None
    assert (hit.text, hit.start_s, hit.end_s) == ("再建", 2.0, 2.6)


def test_without_words_times_are_shared_out() -> None:
    """Where a turn has no words the time is interpolated within the turn."""
    hit = best_in("再见", hear([[turn("好的再见", 0.0, 4.0)]]))
    assert hit is not None
    assert (hit.start_s, hit.end_s) == (2.0, 4.0)


def test_a_phrase_goes_on_in_the_next_turn_of_the_same_round() -> None:
    """您好 and 一一四 in two turns that follow closely are one greeting."""
    heard = hear([[turn("您好", 0.0, 1.0), turn("一一四", 1.5, 2.5)]])
    hit = best_in("您好一一四", heard)
    assert hit is not None
    assert hit.likeness == 1.0


def test_a_phrase_does_not_reach_across_what_others_said() -> None:
    """Halves of a phrase in two rounds are not the phrase."""
    assert likeness("你投诉去吧", "你投诉去吧") == 1.0
    hit = best("你投诉去吧", "你投诉", "去吧")
    assert hit is not None
    assert hit.likeness <= 0.6


def test_all_hits_are_found_apart() -> None:
    """Each occurrence is one hit, in time order."""
    phrases = spell("再见")
    listener = Listener(PhraseBook.of(phrases), hear([[turn("再见好的再见")]]))
    hits = listener.hits(phrases[0], WHOLE, least=0.9)
    assert [(hit.first, hit.last) for hit in hits] == [(0, 1), (4, 5)]


def test_alternatives_are_spelled_out() -> None:
    """Alternatives multiply, an empty one makes a part optional, a slot takes the desk's names."""
    texts = {phrase.text for phrase in spell("(您|)好{desk}", ("一一四", "查号台"))}
    assert texts == {"您好一一四", "好一一四", "您好查号台", "好查号台"}


@pytest.mark.parametrize("text", ["(您|你", "(您)好)", "{name}好", "ABC", "()", "(一|二)" * 10])
def test_a_phrase_that_cannot_be_spelled_is_refused(text: str) -> None:
    """Open brackets, unknown slots, nothing to say and too many alternatives are errors."""
    with pytest.raises(BadPhrase):
        spell(text, ("一一四",))


@settings(deadline=None)
@given(CHINESE, st.lists(CHINESE, max_size=4))
def test_likeness_is_a_share(phrase: str, texts: list[str]) -> None:
    """Likeness lies within 0 and 1, and the span within what was heard."""
    hit = best(phrase, *texts)
    if hit is not None:
        assert 0.0 <= hit.likeness <= 1.0
        assert hit.start_s <= hit.end_s


@settings(deadline=None)
@given(CHINESE, CHINESE, CHINESE)
def test_what_was_said_is_found(before: str, phrase: str, after: str) -> None:
    """A phrase within a turn is found wholly alike, unless its neighbours change how it is read."""
    text = before + phrase + after
    at = len(syllables_of(before))
    read = [syllable.sound for syllable in syllables_of(text)][at : at + len(syllables_of(phrase))]
    if read == [syllable.sound for syllable in syllables_of(phrase)]:
        assert likeness(phrase, text) == 1.0


@settings(deadline=None)
@given(CHINESE, CHINESE)
def test_hearing_more_never_makes_a_phrase_less_alike(phrase: str, text: str) -> None:
    """Another round of words can only add better places."""
    one = hear([[turn(text)]])
    more = hear([[turn(text)], [turn("好的谢谢", 20.0, 22.0)]])
    hits = [best_in(phrase, heard) for heard in (one, more)]
    first, second = (hit.likeness if hit else 0.0 for hit in hits)
    assert second >= first - 1e-9


def test_a_book_matches_as_each_phrase_alone() -> None:
    """Compiling phrases together changes no likeness."""
    phrases = [Phrase(text) for text in ("再见", "请问还有什么可以帮您", "一一四", "不归我管", "喂")]
    heard = hear([[turn("您好要要四情问还有什么能帮你不规我管在建喂")]])
    together = Listener(PhraseBook.of(phrases), heard)
    for phrase in phrases:
        alone = Listener(PhraseBook.of([phrase]), heard)
        assert together.best([phrase], WHOLE) == alone.best([phrase], WHOLE)
