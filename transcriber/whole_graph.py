"""Pairs of states and the arcs between them as a graph that a decoder reads."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from transcriber.language_model import ARC, STATE, Arcs, LanguageModel, States
from transcriber.lexicon import Lexicon, Numbers

Costs = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Arcs between pairs of states, each pair one number."""

    sources: Numbers
    targets: Numbers
    sounds: NDArray[np.int32]
    words: NDArray[np.int32]
    costs: Costs


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A whole graph: the state of a pair is the pair's place, its arcs follow each other."""

    pairs: Numbers  # rising, but that those of an adapted graph come after those that were known
    ahead: Costs  # of each state, what all words ahead of it cost together; 0 between words
    start: int
    states: States
    arcs: Arcs


NOTHING = Graph(
    pairs=np.array([], np.int64),
    ahead=np.array([], np.float32),
    start=0,
    states=np.array([], STATE),
    arcs=np.array([], ARC),
)


def joined(parts: list[Found]) -> Found:
    """All their arcs."""
    return Found(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Found)}
    )


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """A known graph's states, and after them those of the pairs that are new, which rise."""

    lexicon: Lexicon
    language: LanguageModel
    known: Graph
    new: Numbers

    def graph(self, found: Found, start: int) -> Graph:
        """The known graph with the new states and all arcs that were found."""
        known = self.known
        said, sounding = np.divmod(self.new, len(self.lexicon.states))
        sources, arcs = self._numbered(found)
        ahead = np.concatenate([known.ahead, np.zeros(len(self.new), np.float32)])
        _look_ahead(ahead, sources, arcs, _steps_to_a_word(self.lexicon)[sounding], len(known.pairs))
        arcs["cost"] += ahead[arcs["to"]] - ahead[sources]
        loops, at = _loops(self.lexicon, sounding, len(known.pairs))
        final = self.lexicon.states["final"][sounding] + self.language.states["final"][said]
        states, arcs = _arranged(known, final, np.concatenate([sources, at]), np.concatenate([arcs, loops]))
        return Graph(
            pairs=np.concatenate([known.pairs, self.new]),
            ahead=ahead,
            start=int(self._places(np.array([start]))[0]),
            states=states,
            arcs=arcs,
        )

    def _numbered(self, found: Found) -> tuple[NDArray[np.int32], Arcs]:
        """The arcs in the order of their states, and these."""
        sources = self._places(found.sources)
        order = np.argsort(sources, kind="stable")
        arcs = np.empty(len(order), ARC)
        arcs["in"], arcs["out"], arcs["cost"] = found.sounds[order], found.words[order], found.costs[order]
        arcs["to"] = self._places(found.targets)[order]
        return sources[order], arcs

    def _places(self, pairs: Numbers) -> NDArray[np.int32]:
        known, new = self.known.pairs, self.new
        places = np.searchsorted(new, pairs)
        is_new = new[np.minimum(places, len(new) - 1)] == pairs
        places += len(known)
        places[~is_new] = np.searchsorted(known, pairs[~is_new])
        return places.astype(np.int32)


def _steps_to_a_word(lexicon: Lexicon) -> NDArray[np.int8]:
    """Of each state within a word, the most arcs before the one that tells the word; -1 between words."""
    arcs, sources = lexicon.arcs, lexicon.sources
    within = ~lexicon.between
    inner = within[sources] & within[arcs["to"]] & (arcs["out"] == 0) & ~lexicon.is_loop
    sources, targets = sources[inner], arcs["to"][inner]
    steps = np.where(within, 0, -1).astype(np.int8)
    while True:
        further = steps.copy()
        np.maximum.at(further, sources, steps[targets] + 1)
        if np.array_equal(further, steps):
            return steps
        steps = further


def _look_ahead(
    ahead: Costs, sources: NDArray[np.int32], arcs: Arcs, steps: NDArray[np.int8], known: int
) -> None:
    """Fill in what is ahead of the new states, those next to a word first."""
    is_new = sources >= known
    of = np.full(len(sources), -1, np.int8)
    of[is_new] = steps[sources[is_new] - known]
    for step in range(int(steps.max(initial=-1)) + 1):
        at = np.flatnonzero(of == step)
        states, first = np.unique(sources[at], return_index=True)
        costs = arcs["cost"][at].astype(np.float64) + ahead[arcs["to"][at]]
        ahead[states] = -np.logaddexp.reduceat(-costs, first) if len(at) else 0.0


def _loops(lexicon: Lexicon, sounding: Numbers, known: int) -> tuple[Arcs, NDArray[np.int32]]:
    """The arcs of a sound on itself, and the states that have one."""
    is_loop = lexicon.is_loop
    of = np.full(len(lexicon.states), -1)
    of[lexicon.sources[is_loop]] = np.flatnonzero(is_loop)
    at = np.flatnonzero(of[sounding] >= 0)
    loops = lexicon.arcs[of[sounding[at]]]
    loops["to"] = at + known
    return loops, (at + known).astype(np.int32)


def _arranged(known: Graph, final: Costs, sources: NDArray[np.int32], arcs: Arcs) -> tuple[States, Arcs]:
    """All states, and all arcs in their states' order; further arcs of a known state come after its own."""
    order = np.argsort(sources, kind="stable")
    sources, arcs = sources[order], arcs[order]
    states = np.concatenate([known.states, np.zeros(len(final), STATE)])
    states["final"][len(known.states) :] = final
    for name, counted in (("arcs", slice(None)), ("in_eps", arcs["in"] == 0), ("out_eps", arcs["out"] == 0)):
        states[name] += np.bincount(sources[counted], minlength=len(states)).astype(np.uint32)
    ends = np.cumsum(known.states["arcs"], dtype=np.int64)
    old = sources < len(known.states)
    whole = np.insert(known.arcs, ends[sources[old]], arcs[old])
    states["first"] = np.concatenate([[0], np.cumsum(states["arcs"], dtype=np.int64)[:-1]])
    return states, np.concatenate([whole, arcs[~old]])
