"""Short taboos need context: not found inside ordinary words, and noise words make nothing of nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from ledger.records import Turn, Word
from ledger.states import Role, Verdict
from qa_scoring import Conversation, judge, load_packs
from qa_scoring.conversation import Span
from qa_scoring.heard import FILLERS, hear
from qa_scoring.phrases import Phrase
from qa_scoring.sound import Listener, PhraseBook

PACK = load_packs().for_desk("114", "114")
ORDINARY = [
    *("维修", "喂养", "微信", "胃病", "位置", "卫生", "为了", "未来", "慰问", "味道"),
    *("讲究", "演讲", "讲座", "奖金", "说明", "小说", "传说", "说法", "硕士", "烁光"),
]
WHOLE = Span(start_s=0.0, end_s=1000.0)
COMMON = "天地人和风雨山水东南西北春秋冬夏电话号码台州花鸟鱼虫"
ONE_READING = sorted(
    {sign for sign in COMMON if len(pinyin(sign, style=Style.NORMAL, heteronym=True)[0]) == 1}
)
SIGNS = st.text(st.sampled_from(ONE_READING), min_size=1, max_size=8)


def verdict(*words: str, pause_s: float = 0.0) -> Verdict:
    """Of the forbidden words, where an operator says these after the greeting."""
    greeting = _turn(1.0, ["您好", "一一四", "请问", "查", "哪里"], 0.0)
    answer = Turn(role=Role.CALLER, start_s=4.0, end_s=5.0, text="市医院")
    said = _turn(6.0, list(words), pause_s)
    talk = Conversation(
        hotline="114", desk="114", duration_s=20.0, turns=(greeting, answer, said), marks=(), facts={}
    )
    return next(found.verdict for found in judge(talk, PACK).findings if found.rule == "forbidden-words")


def _turn(start_s: float, texts: list[str], pause_s: float) -> Turn:
    words: list[Word] = []
    for text in texts:
        end_s = start_s + 0.2 * len(text)
        words.append(Word(text=text, start_s=start_s, end_s=end_s, confidence=1.0))
        start_s = end_s + pause_s
    text = "".join(texts)
    return Turn(
        role=Role.OPERATOR, start_s=words[0].start_s, end_s=words[-1].end_s, text=text, words=tuple(words)
    )


@pytest.mark.parametrize("word", ORDINARY)
def test_a_short_taboo_is_not_found_inside_an_ordinary_word(word: str) -> None:
    """Not where the word stands alone, nor at the head, in the middle or at the end of a turn."""
    for words in ([word], [word, "部", "电话"], ["请问", "是", word, "吗"], ["嗯", word], ["您", "要", word]):
        assert verdict(*words) is Verdict.PASS, words


def test_a_homophone_at_a_turns_head_is_a_taboo_only_before_a_pause() -> None:
    """为 before a pause is a misheard 喂; before the words that belong to it it is 为."""
    assert verdict("喂") is Verdict.FAIL
    assert verdict("喂", "快点") is Verdict.FAIL
    assert verdict("为", "哪里", pause_s=0.4) is Verdict.FAIL
    assert verdict("为", "哪里") is Verdict.PASS
    assert verdict("为", "避免", "误会") is Verdict.PASS


@settings(deadline=None)
@given(SIGNS, SIGNS, st.lists(st.tuples(st.integers(0, 8), st.sampled_from(sorted(FILLERS))), max_size=4))
def test_noise_words_never_turn_not_found_into_found(
    phrase: str, said: str, noise: list[tuple[int, str]]
) -> None:
    """At full strictness what was not said is not found, whatever is mumbled in between."""
    noisy = said
    for place, filler in noise:
        noisy = noisy[:place] + filler + noisy[place:]
    if not _found(phrase, said):
        assert not _found(phrase, noisy)


def _found(text: str, said: str) -> bool:
    phrase = Phrase(text)
    turn = Turn(role=Role.OPERATOR, start_s=0.0, end_s=5.0, text=said)
    return bool(Listener(PhraseBook.of([phrase]), hear([[turn]])).hits(phrase, WHOLE, least=1.0))


def test_the_pack_has_the_taboos_that_are_tried_here() -> None:
    """喂, 讲 and 说 are norms of the pack: the words above would be found if context were not asked for."""
    phrases = {phrase.text for phrase in PACK.book.rows}
    assert {"喂", "讲", "说"} <= phrases
    heard = hear([[Turn(role=Role.OPERATOR, start_s=0.0, end_s=5.0, text="维修演讲说明")]])
    listener = Listener(PhraseBook.of(map(Phrase, "喂讲说")), heard)
    found = [listener.hits(Phrase(text), WHOLE, least=1.0) for text in "喂讲说"]
    assert len(list(itertools.chain(*found))) == 3
