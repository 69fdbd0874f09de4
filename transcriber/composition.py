"""The lexicon and a language model as one graph, before anything is heard.

Vosk composes both while it decodes, in each process anew, and keeps what it composed. Composed once and read
by all, the search costs half, and a worker's memory stays what it was.

A state of the graph is a state of the lexicon in a state of the language model. Between two words the
language model may back off; within a word only such sounds are followed that lead to a word it knows there,
so that nothing is a dead end. What a word costs is paid as soon as it can be told apart: each arc within a
word has the change of what all words ahead of it cost together (the log semiring, as Kaldi's look-ahead
pushes it).
"""

from __future__ import annotations

import numpy as np

from transcriber.ahead import Ahead, firsts, rising, spread
from transcriber.language_model import BACK_OFF, LanguageModel
from transcriber.lexicon import Lexicon, Numbers
from transcriber.whole_graph import NOTHING, Costs, Found, Graph, Numbering, joined

PIECE = 500_000  # states that are followed at a time: it bounds the memory


def compose(lexicon: Lexicon, language: LanguageModel, known: Graph = NOTHING) -> Graph:
    """The graph of both.

    `known` is the graph of the language before it was adapted (`language_model.extended`): what is new comes
    after it.
    """
    walk = _Walk(lexicon, language)
    start = walk.pair(np.array([0]), np.array([language.start]))
    found = [walk.new_ways(known.pairs)]
    frontier = _without(rising(np.concatenate([start, found[0].targets])), known.pairs)
    new = [frontier]
    while len(frontier):
        pieces = [walk.follow(piece) for piece in np.array_split(frontier, len(frontier) // PIECE + 1)]
        found += pieces
        frontier = rising(np.concatenate([each.targets for each in pieces]))
        for each in (known.pairs, *new):
            frontier = _without(frontier, each)
        new = _settled([*new, frontier])
    pairs = np.sort(np.concatenate(new))
    numbering = Numbering(lexicon=lexicon, language=language, known=known, new=pairs)
    return numbering.graph(joined(found), int(start[0]))


class _Walk:
    """From pair to pair. What is asked of lexicon and language for every pair is looked up once."""

    def __init__(self, lexicon: Lexicon, language: LanguageModel) -> None:
        self._arcs, self._count = lexicon.arcs, len(lexicon.states)
        self._ahead = Ahead(lexicon, language)
        self._at_border = np.isfinite(lexicon.states["final"])
        self._at_border[0] = True
        is_still = lexicon.arcs["out"] == 0
        still = np.flatnonzero(is_still & lexicon.between[lexicon.arcs["to"]] & ~lexicon.is_loop)
        self._still, self._still_first = still, firsts(lexicon.sources[still], self._count)
        is_free = language.arcs["in"] == BACK_OFF
        self._free = language.arcs[is_free]
        self._free_first = firsts(language.sources[is_free], len(language.states))

    def pair(self, sounding: Numbers, said: Numbers) -> Numbers:
        """The numbers of pairs of a lexicon's and a language's state."""
        return np.asarray(said.astype(np.int64) * self._count + sounding)

    def follow(self, pairs: Numbers) -> Found:
        """All arcs out of the pairs but the loops of a sound on itself."""
        said, sounding = np.divmod(pairs, self._count)
        who, at = spread(self._still_first, sounding)
        still = self._found(pairs[who], self._still[at], said[who], np.zeros(len(at), np.float32))
        who, at, states, costs = self._ahead.of(sounding, said)
        border = self._at_border[sounding]
        freely = self._back_off(pairs[border], sounding[border], said[border])
        return joined([still, self._found(pairs[who], at, states, costs), freely])

    def new_ways(self, known: Numbers) -> Found:
        """What the adapted language has and the other had not leaves its state of no context."""
        sounding = known[known < self._count]
        sounding = sounding[self._at_border[sounding]]
        return self._back_off(sounding, sounding, np.zeros(len(sounding), np.int64))

    def _found(self, sources: Numbers, at: Numbers, said: Numbers, costs: Costs) -> Found:
        arcs = self._arcs[at]
        return Found(
            sources=sources,
            targets=self.pair(arcs["to"], said),
            sounds=arcs["in"],
            words=arcs["out"],
            costs=np.asarray(arcs["cost"] + costs, np.float32),
        )

    def _back_off(self, pairs: Numbers, sounding: Numbers, said: Numbers) -> Found:
        who, at = spread(self._free_first, said)
        arcs, none = self._free[at], np.zeros(len(at), np.int32)
        targets = self.pair(sounding[who], arcs["to"])
        return Found(sources=pairs[who], targets=targets, sounds=none, words=none, costs=arcs["cost"])


def _without(wanted: Numbers, known: Numbers) -> Numbers:
    """Those of a rising list that are not in the other one."""
    if not len(known):
        return wanted
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.asarray(wanted[known[at] != wanted])


def _settled(lists: list[Numbers]) -> list[Numbers]:
    """Small lists joined to the one before, so that few are looked through."""
    while len(lists) > 1 and len(lists[-1]) * 4 > len(lists[-2]):
        lists = [*lists[:-2], np.sort(np.concatenate(lists[-2:]))]
    return lists
