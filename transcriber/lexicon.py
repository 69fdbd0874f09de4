"""A small Vosk model's `graph/HCLr.fst`: how words sound, as transition ids of the acoustic model.

The file is OpenFst's `olabel_lookahead` (`fst/matcher-fst.h`): a ConstFst, and of each state the ranges of
words that may be the next one said from it, for which the words' numbers were ordered.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcriber.language_model import ARC, MAGIC, STATE, Arcs, States, read_text

Numbers = NDArray[np.int64]

ADD_ON_MAGIC = 446681434
WORDS_AHEAD = b"\x01\x00\x01\x00\x00"  # an add-on, of the output side alone, without a table of new numbers
HEADER = "<iiQqqq"


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """States and arcs: transition ids in (0: none), words out. What parts words of one sound is 0 here."""

    states: States
    arcs: Arcs
    between: NDArray[np.bool_]  # of each state: whether a sentence may end from it before a further word
    first: Numbers  # of each state's ranges, and one more
    lowest: Numbers  # of each range, the first word's number
    highest: Numbers

    @property
    def sources(self) -> Numbers:
        """The state of each arc."""
        return np.repeat(np.arange(len(self.states)), self.states["arcs"])

    @property
    def is_loop(self) -> NDArray[np.bool_]:
        """Of each arc, whether it is a sound that goes on."""
        return np.asarray((self.sources == self.arcs["to"]) & (self.arcs["out"] == 0))


def read_lexicon(graph: Path) -> Lexicon | None:
    """The lexicon of a model's `graph` folder, or None where it is none that we know."""
    path = graph / "HCLr.fst"
    if not path.is_file():
        return None
    data = path.read_bytes()
    kind, _, at = _header(data, 0)
    if kind != "olabel_lookahead" or struct.unpack_from("<i", data, at) != (ADD_ON_MAGIC,):
        return None
    kind, (_, _, _, start, states, arcs), at = _header(data, at + 4)
    if kind != "const" or start != 0:
        return None
    table = np.frombuffer(data, STATE, states, at)
    sounds = np.frombuffer(data, ARC, arcs, at + table.nbytes).copy()
    silent = [int(each) for each in (graph / "disambig_tid.int").read_text("ascii").split()]
    sounds["in"][np.isin(sounds["in"], silent)] = 0
    at += table.nbytes + sounds.nbytes
    if data[at : at + len(WORDS_AHEAD)] != WORDS_AHEAD:
        return None
    return _with_ranges(table, sounds, data, at + len(WORDS_AHEAD))


def _header(data: bytes, at: int) -> tuple[str, tuple[int, ...], int]:
    (magic,) = struct.unpack_from("<i", data, at)
    kind, at = read_text(data, at + 4) if magic == MAGIC else ("", at)
    _, at = read_text(data, at) if kind else ("", at)
    return kind, struct.unpack_from(HEADER, data, at), at + struct.calcsize(HEADER)


def _with_ranges(states: States, arcs: Arcs, data: bytes, at: int) -> Lexicon:
    end_of_sentence, count = struct.unpack_from("<iq", data, at)
    at += struct.calcsize("<iq")
    counts, ranges = [], []
    for _ in range(count):
        (size,) = struct.unpack_from("<q", data, at)
        counts.append(size)
        ranges.append(np.frombuffer(data, "<i4", 2 * size, at + 8))
        at += 8 + 8 * size + 4
    lowest, past = np.concatenate(ranges).astype(np.int64).reshape(-1, 2).T
    of = np.repeat(np.arange(count), counts)
    between = np.zeros(count, bool)
    between[of[(lowest <= end_of_sentence) & (end_of_sentence < past)]] = True
    first = np.concatenate([[0], np.cumsum(counts)])
    return Lexicon(states=states, arcs=arcs, between=between, first=first, lowest=lowest, highest=past - 1)
