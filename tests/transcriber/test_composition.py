"""The whole graph says what lexicon and language say together: the same words at the same cost."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcriber.composition import compose
from transcriber.language_model import ARC, STATE, LanguageModel, extended
from transcriber.lexicon import Lexicon
from transcriber.whole_graph import Graph

A, B, C = 1, 2, 3  # words: sounds 1 2, sounds 1 3, sound 2 or sounds 1 2 2
PAUSE = 9
MOST_SOUNDS = 5
Path = tuple[tuple[int, ...], tuple[int, ...]]  # sounds, words


def table(
    rows: list[list[tuple[int, int, float, int]]], finals: dict[int, float]
) -> tuple[np.ndarray, np.ndarray]:
    """States and their arcs."""
    states, arcs = np.zeros(len(rows), STATE), [arc for row in rows for arc in row]
    for at, row in enumerate(rows):
        free = sum(arc[0] == 0 for arc in row)
        states[at] = (finals.get(at, math.inf), sum(map(len, rows[:at])), len(row), free, free)
    return states, np.array(arcs, ARC)


def lexicon() -> Lexicon:
    """Three words and a pause. 0: between words; 1: after sound 1; 2: within a pause; 3: in the longer C."""
    rows = [
        [(1, 0, 0.1, 1), (2, C, 0.2, 0), (PAUSE, 0, 0.7, 2)],
        [(1, 0, 0.5, 1), (2, A, 0.0, 0), (3, B, 0.0, 0), (2, 0, 0.3, 3)],
        [(PAUSE, 0, 0.5, 2), (0, 0, 0.1, 0)],
        [(2, C, 0.0, 0)],
    ]
    states, arcs = table(rows, {0: 0.0})
    return Lexicon(
        states=states,
        arcs=arcs,
        between=np.array([True, False, True, False]),
        first=np.array([0, 1, 2, 3, 4]),
        lowest=np.array([A, A, A, C]),
        highest=np.array([C, C, C, C]),
    )


def language(costs: list[float]) -> LanguageModel:
    """All three words at the root, some after A and after A B, which back off to A's and to the root."""
    cost = iter(costs)
    rows = [
        [(A, A, next(cost), 1), (B, B, next(cost), 0), (C, C, next(cost), 0)],
        [(0, 0, next(cost), 0), (B, B, next(cost), 2)],
        [(0, 0, next(cost), 1), (C, C, next(cost), 0)],
    ]
    states, arcs = table(rows, {0: 0.3, 1: 0.9})
    return LanguageModel(
        words={"a": A, "b": B, "c": C}, symbols=b"", properties=0, start=0, states=states, arcs=arcs
    )


def leaving(states: np.ndarray, arcs: np.ndarray, at: int) -> Iterator[np.void]:
    """The arcs out of a state, but those of a sound on itself."""
    first = int(states["first"][at])
    for arc in arcs[first : first + int(states["arcs"][at])]:
        if int(arc["to"]) != at or arc["out"]:
            yield arc


def longer(path: Path, arc: np.void) -> Path:
    """The path with an arc's sound and word."""
    sounds, words = path
    return (*sounds, *[int(arc["in"])] * bool(arc["in"])), (*words, *[int(arc["out"])] * bool(arc["out"]))


def said_by(graph: Graph) -> dict[Path, list[float]]:
    """All that the graph lets be said with few sounds, and what each way of it costs."""
    found: dict[Path, list[float]] = defaultdict(list)

    def go(at: int, path: Path, cost: float) -> None:
        if len(path[0]) > MOST_SOUNDS:
            return
        found[path].append(cost + float(graph.states["final"][at]))
        for arc in leaving(graph.states, graph.arcs, at):
            go(int(arc["to"]), longer(path, arc), cost + float(arc["cost"]))

    go(graph.start, ((), ()), 0.0)
    return whole(found)


def said_by_both(sounds: Lexicon, words: LanguageModel) -> dict[Path, list[float]]:
    """The same, of the two walked side by side; the language backs off between words alone."""
    found: dict[Path, list[float]] = defaultdict(list)

    def go(at: int, state: int, path: Path, cost: float) -> None:
        if len(path[0]) > MOST_SOUNDS:
            return
        found[path].append(cost + float(sounds.states["final"][at] + words.states["final"][state]))
        for to, free_cost in steps(words, state, 0) if at == 0 else []:
            go(at, to, path, cost + free_cost)
        for arc in leaving(sounds.states, sounds.arcs, at):
            word = int(arc["out"])
            for to, word_cost in steps(words, state, word) if word else [(state, 0.0)]:
                go(int(arc["to"]), to, longer(path, arc), cost + float(arc["cost"]) + word_cost)

    go(0, words.start, ((), ()), 0.0)
    return whole(found)


def steps(words: LanguageModel, state: int, word: int) -> list[tuple[int, float]]:
    """Where the language goes with a word, or freely, and what it costs."""
    known = leaving(words.states, words.arcs, state)
    return [(int(arc["to"]), float(arc["cost"])) for arc in known if arc["in"] == word]


def whole(found: dict[Path, list[float]]) -> dict[Path, list[float]]:
    """Those ways that come to an end."""
    ended = {path: sorted(cost for cost in costs if cost < math.inf) for path, costs in found.items()}
    return {path: costs for path, costs in ended.items() if costs}


def close(one: dict[Path, list[float]], other: dict[Path, list[float]]) -> bool:
    """The same paths at the same costs, but for the last digits."""
    return one.keys() == other.keys() and all(
        costs == pytest.approx(other[path], abs=1e-3) for path, costs in one.items()
    )


@given(st.lists(st.floats(0.0, 6.0, width=32), min_size=7, max_size=7))
@settings(max_examples=25, deadline=None)
def test_the_graph_says_what_both_say(costs: list[float]) -> None:
    """Each way of each sentence, pauses and words of two pronunciations among them."""
    words = language(costs)
    said = said_by(compose(lexicon(), words))
    assert close(said, said_by_both(lexicon(), words))
    assert any(path[1] == (A, B, C) for path in said)


@given(st.floats(-3.0, 3.0, width=32))
@settings(max_examples=10, deadline=None)
def test_an_adapted_language_is_added_to_the_graph_that_is_known(cost: float) -> None:
    """A further way from the root and a start of its own: as if all had been composed together."""
    plain = language([1.0, 2.0, 3.0, 0.5, 0.4, 0.6, 0.2])
    states, arcs = table([[(0, 0, 0.0, 0), (0, 0, cost, 4)], [(C, C, 0.5, 0)]], {})
    root = np.array([(0, 0, cost, 4)], ARC)
    adapted = extended(plain, start=3, root_arcs=root, states=states, arcs=arcs)
    known = compose(lexicon(), plain)
    said = said_by(compose(lexicon(), adapted, known))
    assert close(said, said_by(compose(lexicon(), adapted)))
    assert not close(said, said_by(known))


def test_what_a_word_costs_is_paid_at_its_first_sound() -> None:
    """The beam sees it there: within a word nothing is left to pay but what parts it from the others."""
    graph = compose(lexicon(), language([5.0, 5.0, 5.0, 0.5, 5.0, 0.5, 5.0]))
    arcs, sources = graph.arcs, np.repeat(np.arange(len(graph.states)), graph.states["arcs"])
    first = arcs[(sources == graph.start) & (arcs["in"] == 1)]
    assert float(first["cost"][0]) == pytest.approx(0.1 + 5.0 - math.log(2 + math.exp(-0.3)), abs=1e-3)
