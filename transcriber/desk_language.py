"""What a desk says more often than the model expects: read-out numbers, and its own standard phrases.

The model's texts hardly have digits one by one, so it hears 艾灸 for 二九 and 妻子 for 七四. Here the model
gets two further ways beside its own: runs of digits, and the desk's phrases word by word. Both begin and end
where no context is known and cost something to enter; the decoder takes them where the sound bears it out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from transcriber.language_model import ARC, BACK_OFF, ROOT, STATE, LanguageModel, extended

DIGITS = "零一二三四五六七八九幺"
RARE_DIGITS = "洞两"  # 两 for 二 and 洞 for 零 are said, but by few
RARE_COST = 1.5
FEWEST_DIGITS = 3  # 一 and 一个 stay words; 一一四 is a number
# What leads up to a number that is read out (报号), and what follows one
LEADS = (
    *("号码是", "电话是", "电话号码是", "总机是", "手机是", "手机号是", "联系电话是", "就是", "电话", "号码"),
    *("请记录", "请您记录", "您记录", "请记一下", "请您记一下", "您记一下", "你记一下", "记一下", "查到了"),
    *("请拨打", "请您拨打", "您可以拨打", "您拨打", "我的电话是", "我的号码是", "我的手机是", "您的号码是"),
    *("再重复一遍", "我重复一遍", "重复一遍", "我再说一遍", "对的", "是"),
)
FOLLOWS = (
    "请您拨打",
    "请拨打",
    "再重复一遍",
    "我重复一遍",
    "重复一遍",
    "这个号码",
    "谢谢您的来电",
    "请您记录",
)
LONGEST_WORD = 8  # characters
Entry = tuple[float, int]  # cost and state of a way in


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskLanguage:
    """The desk's phrases, and what the further ways cost: the lower, the sooner they are taken."""

    phrases: tuple[str, ...] = ()  # in Chinese characters, without figures or punctuation
    number: float = 6.5  # to begin a number amid a sentence; more than the beam would never be taken
    first_number: float = 3.0  # to begin a sentence with one
    digit: float = 0.4  # each; a choice out of ten alike would be 2.3
    number_end: float = 7.0  # so that a few syllables of talk are no number
    lead: float = 2.0  # to begin the words that lead up to a number
    phrase: float = 0.0  # to begin a desk's phrase, besides the choice among them (740: 6.6)
    first_phrase: float = -2.5  # to begin a sentence with one: what desks say when they answer


@dataclass(kw_only=True)
class _Ways:
    """New states and their arcs, numbered after those that the model has."""

    model: LanguageModel
    arcs: list[list[tuple[int, float, int]]] = field(default_factory=list)
    finals: list[float] = field(default_factory=list)

    def state(self, final: float = math.inf) -> int:
        self.arcs.append([])
        self.finals.append(final)
        return len(self.model.states) + len(self.arcs) - 1

    def arc(self, start: int, word: int, cost: float, to: int) -> None:
        self.arcs[start - len(self.model.states)].append((word, cost, to))


def adapt(model: LanguageModel, desk: DeskLanguage) -> LanguageModel:
    """The model with the further ways. Phrases with words that it does not know are left out."""
    ways = _Ways(model=model)
    anywhere, start = [], ways.state()
    ways.arc(start, BACK_OFF, 0.0, model.start)
    if number := _number(ways, desk):
        ways.arc(start, BACK_OFF, desk.first_number, number)
        leads = _choice(ways, _known(model, LEADS), number)
        anywhere += [(desk.number, number), (desk.lead, leads)]
    if phrases := _known(model, desk.phrases):
        anywhere.append((desk.phrase, _choice(ways, [each for each in phrases if len(each) > 1], None)))
        ways.arc(start, BACK_OFF, desk.first_phrase, _choice(ways, phrases, None))
    return _with_ways(ways, start, anywhere)


def _number(ways: _Ways, desk: DeskLanguage) -> int | None:
    """The state from which digits are said one by one; None where the model knows none."""
    digits = [(ways.model.words[sign], desk.digit) for sign in DIGITS if sign in ways.model.words]
    if not digits:
        return None
    rare = [(ways.model.words[s], desk.digit + RARE_COST) for s in RARE_DIGITS if s in ways.model.words]
    places = [ways.state() for _ in range(FEWEST_DIGITS)]
    places.append(ways.state(final=desk.number_end))
    for place, after in zip(places, [*places[1:], places[-1]], strict=True):
        for word, cost in (*digits, *rare):
            ways.arc(place, word, cost, after)
    ways.arc(places[-1], BACK_OFF, desk.number_end, ROOT)
    ways.arc(places[-1], BACK_OFF, 0.0, _choice(ways, _known(ways.model, FOLLOWS), None))
    return places[0]


def _known(model: LanguageModel, texts: Iterable[str]) -> list[tuple[int, ...]]:
    """The texts as words, without those of which the model does not know a word."""
    return [words for words in (_words(model, text) for text in sorted(set(texts))) if words]


def _choice(ways: _Ways, texts: Sequence[Sequence[int]], after: int | None, last: int = 0) -> int:
    """A state from which one of the texts is said, all alike likely, and then goes on at `after`.

    Without `after` it goes on as the model does after the last word.
    """
    state = ways.state()
    ended = sum(not text for text in texts)
    if ended:
        end = after if after is not None else _after(ways.model, last)
        ways.arc(state, BACK_OFF, -math.log(ended / len(texts)), end)
    for word in dict.fromkeys(text[0] for text in texts if text):
        rest = [text[1:] for text in texts if text and text[0] == word]
        ways.arc(state, word, -math.log(len(rest) / len(texts)), _choice(ways, rest, after, word))
    return state


def _after(model: LanguageModel, word: int) -> int:
    arcs = model.root_arcs
    return int(arcs["to"][np.searchsorted(arcs["in"], word)])


def _words(model: LanguageModel, text: str) -> tuple[int, ...]:
    """The likeliest split of a text into words that the model knows; empty where there is none."""
    arcs = model.root_arcs
    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST_WORD), end):
            word, before = model.words.get(text[start:end], -1), best[start]
            at = int(np.searchsorted(arcs["in"], word))
            if before is None or word < 0 or at == len(arcs) or arcs["in"][at] != word:
                continue
            cost = before[0] + float(arcs["cost"][at])
            reached = best[end]
            if reached is None or cost < reached[0]:
                best[end] = (cost, (*before[1], word))
    whole = best[-1]
    return whole[1] if whole else ()


def _with_ways(ways: _Ways, start: int, anywhere: Iterable[Entry]) -> LanguageModel:
    root = np.array([(BACK_OFF, BACK_OFF, cost, to) for cost, to in anywhere], ARC)
    states = np.zeros(len(ways.arcs), STATE)
    arcs: list[tuple[int, int, float, int]] = []
    for at, (final, leaving) in enumerate(zip(ways.finals, ways.arcs, strict=True)):
        eps = sum(word == BACK_OFF for word, _, _ in leaving)
        states[at] = (final, len(arcs), len(leaving), eps, eps)
        arcs += [(word, word, cost, to) for word, cost, to in sorted(leaving)]
    return extended(ways.model, start=start, root_arcs=root, states=states, arcs=np.array(arcs, ARC))
