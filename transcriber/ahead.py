"""From a sound within a word: the arcs that lead to words which the language model knows where it is.

Words are numbered so that those ahead of a state of the lexicon are few ranges. What is ahead of a pair of
states is asked either word by word, where the language knows few, or arc by arc.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcriber.language_model import BACK_OFF, LanguageModel
from transcriber.lexicon import Lexicon, Numbers

Steps = tuple[Numbers, Numbers, Numbers, NDArray[np.float32]]  # whose, which arc, the next state, its cost


class Ahead:
    """The lexicon's arcs by the words that they lead to, and the language's by state and word."""

    def __init__(self, lexicon: Lexicon, language: LanguageModel) -> None:
        self._lexicon = lexicon
        self._radix = int(max(language.arcs["in"].max(), lexicon.arcs["out"].max())) + 1
        says = language.arcs["in"] != BACK_OFF
        keys, said = self._key(language.sources[says], language.arcs["in"][says]), language.arcs[says]
        order = np.argsort(keys, kind="stable")
        self._keys, self._said = keys[order], said[order]
        is_word = lexicon.arcs["out"] != 0
        ahead = np.flatnonzero(~lexicon.is_loop & (is_word | ~lexicon.between[lexicon.arcs["to"]]))
        self._arcs, self._first = ahead, firsts(lexicon.sources[ahead], len(lexicon.states))
        self._layers = self._layered()

    def of(self, sounding: Numbers, said: Numbers) -> Steps:
        """The arcs out of pairs of a lexicon's and a language's state, each once."""
        arcs = self._first[sounding + 1] - self._first[sounding]
        who = np.flatnonzero(arcs)
        place, words = self._known(sounding[who], said[who])
        counts = np.bincount(place, minlength=len(who))
        is_few = counts <= arcs[who]
        few = is_few[place]
        one = self._by_word(sounding, who[place[few]], words[few])
        other = self._by_arc(sounding, said, who[~is_few & (counts > 0)])
        whose, at = (np.concatenate(both) for both in zip(one, other, strict=True))
        return whose, at, *self._next(said[whose], at)

    def _known(self, sounding: Numbers, said: Numbers) -> tuple[Numbers, Numbers]:
        """The language's arcs of words ahead of each pair: the pair's place, and the arc's."""
        lexicon = self._lexicon
        who, at = spread(lexicon.first, sounding)
        low = np.searchsorted(self._keys, self._key(said[who], lexicon.lowest[at]))
        high = np.searchsorted(self._keys, self._key(said[who], lexicon.highest[at]), "right")
        place, arcs = spans(low, high)
        return who[place], arcs

    def _by_word(self, sounding: Numbers, who: Numbers, words: Numbers) -> tuple[Numbers, Numbers]:
        """Whose and which arc, for each word that the language knows there."""
        wanted = self._key(sounding[who], self._keys[words] % self._radix)
        whose, found = [], []
        for lowest, highest, arcs in self._layers:
            at = np.maximum(np.searchsorted(lowest, wanted, "right") - 1, 0)
            fits = (lowest[at] <= wanted) & (wanted <= highest[at])
            whose.append(who[fits])
            found.append(arcs[at[fits]])
        size = len(self._lexicon.arcs)
        both = rising(np.concatenate(whose) * size + np.concatenate(found))
        return both // size, both % size

    def _by_arc(self, sounding: Numbers, said: Numbers, who: Numbers) -> tuple[Numbers, Numbers]:
        """Whose and which arc, for each arc with a word ahead that the language knows there."""
        lexicon = self._lexicon
        place, at = spread(self._first, sounding[who])
        arcs, who = self._arcs[at], who[place]
        words = lexicon.arcs["out"][arcs]
        leads = np.zeros(len(arcs), bool)
        leads[words != 0] = self._is_known(self._key(said[who[words != 0]], words[words != 0]))
        inner = np.flatnonzero(words == 0)
        place, _ = self._known(lexicon.arcs["to"][arcs[inner]], said[who[inner]])
        leads[inner[place]] = True
        return who[leads], arcs[leads]

    def _next(self, said: Numbers, arcs: Numbers) -> tuple[Numbers, NDArray[np.float32]]:
        """The language's state after each arc, and what its word costs there."""
        words = self._lexicon.arcs["out"][arcs]
        at = np.searchsorted(self._keys, self._key(said, words))
        known = self._said[np.minimum(at, len(self._said) - 1)]
        return np.where(words == 0, said, known["to"]), np.where(words == 0, np.float32(0), known["cost"])

    def _is_known(self, keys: Numbers) -> NDArray[np.bool_]:
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.asarray(self._keys[at] == keys)

    def _layered(self) -> list[tuple[Numbers, Numbers, Numbers]]:
        """The ranges of words of each arc, from and to, and the arc: in each layer none overlaps another.

        A word that is said in two ways is ahead of two arcs.
        """
        lexicon, arcs = self._lexicon, self._arcs
        words = lexicon.arcs["out"][arcs].astype(np.int64)
        inner = np.flatnonzero(words == 0)
        place, at = spread(lexicon.first, lexicon.arcs["to"][arcs[inner]])
        of = np.concatenate([np.flatnonzero(words), inner[place]])
        sources = lexicon.sources[arcs[of]]
        low = self._key(sources, np.concatenate([words[words != 0], lexicon.lowest[at]]))
        high = self._key(sources, np.concatenate([words[words != 0], lexicon.highest[at]]))
        layer = _layers_of(low, high)
        order = np.argsort(low, kind="stable")
        layers = [order[layer[order] == each] for each in range(int(layer.max()) + 1)]
        return [(low[each], high[each], arcs[of[each]]) for each in layers]

    def _key(self, state: Numbers, word: Numbers) -> Numbers:
        return np.asarray(state.astype(np.int64) * self._radix + word)


def _layers_of(low: Numbers, high: Numbers) -> Numbers:
    """Of each range the first layer in which it overlaps none that begins before."""
    layer, ends = np.zeros(len(low), np.int64), [-1]
    for at in np.argsort(low, kind="stable").tolist():
        free = next((place for place, end in enumerate(ends) if end < low[at]), None)
        if free is None:
            free = len(ends)
            ends.append(-1)
        layer[at], ends[free] = free, high[at]
    return layer


def rising(numbers: Numbers) -> Numbers:
    """Each number once, in order; sorting takes a third of what np.unique's table takes for so many."""
    ordered = np.sort(numbers)
    return np.asarray(ordered[np.diff(ordered, prepend=-1) > 0])


def firsts(of: Numbers, count: int) -> Numbers:
    """Where each one's entries begin in a rising list of whose they are, and where the last one's end."""
    return np.asarray(np.searchsorted(of, np.arange(count + 1)))


def spread(first: Numbers, which: Numbers) -> tuple[Numbers, Numbers]:
    """Each one's entries one after the other: the place in `which`, and the entry."""
    return spans(first[which], first[which + 1])


def spans(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers of each span one after the other: the span's place, and the number."""
    counts = high - low
    before = np.cumsum(counts) - counts
    return np.repeat(np.arange(len(low)), counts), np.arange(counts.sum()) + np.repeat(low - before, counts)
