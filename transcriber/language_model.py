"""The language model of a small Vosk model: `graph/Gr.fst`, read as plain arrays.

The file is OpenFst's NGramFst (`fst/extensions/ngram/ngram-fst.h`): a trie of word contexts in LOUDS bits,
newest word first, so that a context's parent is the one it backs off to. Read so, the decoder composes
through bit indices with every arc; as plain arcs it takes a fifth less time and hears the same.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Arcs = NDArray[np.void]
States = NDArray[np.void]

MAGIC = 2125659606
HAS_SYMBOLS = 3  # of both sides
EXPANDED = 1  # the property bit of a graph that is all there
ARC = np.dtype([("in", "<i4"), ("out", "<i4"), ("cost", "<f4"), ("to", "<i4")])
STATE = np.dtype([("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("in_eps", "<u4"), ("out_eps", "<u4")])
DETERMINISM = 0x3C0000  # the property bits that say whether a state's arcs differ in their labels
BACK_OFF = 0  # the label of no word
ROOT = 0  # the state of no context


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """States and arcs, a state's arcs in order of their labels; costs are negative natural logarithms."""

    words: dict[str, int]
    symbols: bytes  # both tables, as they stand in the file
    properties: int
    start: int
    states: States
    arcs: Arcs

    @property
    def sources(self) -> NDArray[np.int64]:
        """The state of each arc."""
        return np.repeat(np.arange(len(self.states)), self.states["arcs"])

    @property
    def root_arcs(self) -> Arcs:
        """The arcs of every word where no context is known."""
        return self.arcs[: self.states["arcs"][ROOT]]


def read_ngrams(path: Path) -> LanguageModel | None:
    """The model, or None where the file is none of OpenFst's NGramFst with symbols."""
    if not path.is_file():
        return None
    data = path.read_bytes()
    (magic,) = struct.unpack_from("<i", data)
    kind, at = read_text(data, 4)
    arc_kind, at = read_text(data, at)
    _, flags, properties, start, *_ = struct.unpack_from("<iiQqqq", data, at)
    if (magic, kind, arc_kind, flags & HAS_SYMBOLS) != (MAGIC, "ngram", "standard", HAS_SYMBOLS):
        return None
    first = at + struct.calcsize("<iiQqqq")
    words, middle = _symbols(data, first)
    _, end = _symbols(data, middle)
    states, arcs = _plain(data, end)
    return LanguageModel(
        words=words, symbols=data[first:end], properties=properties, start=start, states=states, arcs=arcs
    )


def write_language(path: Path, model: LanguageModel) -> None:
    """The model as plain arcs."""
    write_arcs(path, model.symbols, model.start, model.states, model.arcs, properties=model.properties)


def write_arcs(
    path: Path, symbols: bytes, start: int, states: States, arcs: Arcs, *, properties: int = EXPANDED
) -> None:
    """A graph as OpenFst's ConstFst (`fst/const-fst.h`, unaligned version 2)."""
    sizes = (2, HAS_SYMBOLS, properties, start, len(states), len(arcs))
    with path.open("wb") as file:
        file.write(struct.pack("<ii5si8s", MAGIC, 5, b"const", 8, b"standard"))
        file.write(struct.pack("<iiQqqq", *sizes) + symbols)
        file.write(states.tobytes())
        file.write(arcs.tobytes())


def extended(
    model: LanguageModel, *, start: int, root_arcs: Arcs, states: States, arcs: Arcs
) -> LanguageModel:
    """With further arcs out of the root, which are the first of it, and further states with their arcs.

    The new states' numbers follow those of the old ones; their `first` counts from the first new arc.
    """
    old = model.states.copy()
    old["first"][ROOT + 1 :] += len(root_arcs)
    old["arcs"][ROOT] += len(root_arcs)
    old["in_eps"][ROOT] = old["out_eps"][ROOT] = np.count_nonzero(root_arcs["in"] == BACK_OFF)
    new = states.copy()
    new["first"] += len(root_arcs) + len(model.arcs)
    return LanguageModel(
        words=model.words,
        symbols=model.symbols,
        properties=model.properties & ~DETERMINISM,
        start=start,
        states=np.concatenate([old, new]),
        arcs=np.concatenate([root_arcs, model.arcs, arcs]),
    )


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """A text as OpenFst's files have it, a length and so many bytes; and where it ends."""
    (length,) = struct.unpack_from("<i", data, at)
    return data[at + 4 : at + 4 + length].decode(), at + 4 + length


def _symbols(data: bytes, at: int) -> tuple[dict[str, int], int]:
    _, at = read_text(data, at + 4)  # after the table's own magic number, its name
    _, count = struct.unpack_from("<qq", data, at)
    at += 16
    words = {}
    for _ in range(count):
        word, at = read_text(data, at)
        (words[word],) = struct.unpack_from("<q", data, at)
        at += 8
    return words, at


def _plain(data: bytes, at: int) -> tuple[States, Arcs]:
    """NGramFst's arrays, in the order of the file, as states and arcs."""
    states, futures, finals = struct.unpack_from("<QQQ", data, at)
    at += 24
    of_bits = (2 * states + 1, futures + states + 1, states)
    bits: list[Bits] = []
    for length in of_bits:
        end = at + (length + 63) // 64 * 8
        bits.append(np.unpackbits(np.frombuffer(data[at:end], np.uint8), bitorder="little")[:length])
        at = end
    numbers: NDArray[np.int32] = np.frombuffer(data, "<i4", (len(data) - at) // 4, at)
    lengths = (states + 1, futures, states + 1, finals, futures)
    words, labels, back_off, final, weights = np.split(numbers, np.cumsum(lengths))[: len(lengths)]
    # Each one bit is a context; of the zeros before it, the last but one belongs to its parent
    parents = np.flatnonzero(bits[0]) - np.arange(states) - 1
    parents[ROOT] = ROOT
    counts = np.diff(np.flatnonzero(bits[1] == 0)) - 1
    sources = np.repeat(np.arange(states), counts)
    table = _count_arcs(counts)
    table["final"][bits[2] == 1] = final.view("<f4")
    arcs = np.zeros(futures + states - 1, ARC)
    backing_off = table["first"][ROOT + 1 :]
    arcs["cost"][backing_off] = back_off[1:states].view("<f4")
    arcs["to"][backing_off] = parents[1:]
    saying = np.ones(len(arcs), bool)
    saying[backing_off] = False
    arcs["in"][saying] = arcs["out"][saying] = labels
    arcs["cost"][saying] = weights.view("<f4")
    arcs["to"][saying] = _targets(parents, words[:states].astype(np.int64), sources, labels.astype(np.int64))
    return table, arcs


def _count_arcs(counts: NDArray[np.int64]) -> States:
    """States with their words' arcs, and before them, in all but the root, the one that backs off."""
    table = np.zeros(len(counts), STATE)
    table["final"] = np.inf
    table["arcs"] = counts + 1
    table["arcs"][ROOT] -= 1
    table["first"][1:] = np.cumsum(table["arcs"])[:-1]
    table["in_eps"][ROOT + 1 :] = table["out_eps"][ROOT + 1 :] = 1
    return table


def _targets(
    parents: NDArray[np.int64],
    words: NDArray[np.int64],
    sources: NDArray[np.int64],
    labels: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Where each word's arc leads: the longest known context of that word and the one before it.

    At most two words of context: the small models' trigrams.
    """
    keys = parents * len(words) + words
    keys[ROOT] = -1
    order = np.argsort(keys, kind="stable")
    in_order = keys[order]

    def child(contexts: NDArray[np.int64], older: NDArray[np.int64]) -> NDArray[np.int64]:
        wanted = contexts * len(words) + older
        places = np.minimum(np.searchsorted(in_order, wanted), len(words) - 1)
        return np.where(in_order[places] == wanted, order[places], ROOT)

    newest = np.where(parents == ROOT, words, words[parents])  # of each context
    one = child(np.zeros_like(labels), labels)
    two = child(one, newest[sources])
    known = (one != ROOT) & (two != ROOT) & (sources != ROOT)
    return np.where(known, two, one)
