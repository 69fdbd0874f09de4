"""All phrases of a pack laid out as arrays, once: what stays the same for every call that is listened to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ledger.alike_sounds import FINAL_COSTS, FINALS, INITIAL_COSTS, INITIALS, Costs, Half
from qa_scoring.heard import NO_SOUND
from qa_scoring.phrases import Phrase, Way

Units = NDArray[np.int32]  # of cost
Bytes = NDArray[np.uint8]  # the same, where they are few
Numbers = NDArray[np.integer[Any]]

UNITS: Final = 20  # to a cost of 1: every cost is a multiple of 0.05, and whole numbers are twice as fast
FAR: Final = 100  # units: dearer than any syllable; twice that and a syllable more is still a byte
WALL: Final = len(INITIALS) * len(FINALS)  # the code of a wall, after those of all sounds
MOST_GROUPS: Final = 16_384  # to remember: a pack's rules ask for the same ones in every call


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Phrases that are asked for together: their rows in a book, and how many syllables they have."""

    phrases: Sequence[Phrase]
    rows: Numbers
    lengths: Numbers
    needed: Costs  # how alike each must be to count as said
    row_set: frozenset[int]
    strictest: float  # all of them are asked for where they are so alike
    doubt: float  # or so far below what is needed


@dataclass(frozen=True, kw_only=True, eq=False)
class PhraseBook:
    """The phrases of a pack, those that sound the same as one row; a row is the numbers of its ways.

    Rows shorter than the longest are filled up with the last way, which costs nothing to leave out.
    """

    rows: dict[Phrase, int]
    lengths: Numbers  # syllables of each row
    needed: Costs  # how alike each row must be to count as said
    asked: Costs  # from which likeness on each row is asked for as a rule
    ways: Numbers  # shape (longest, rows)
    drops: Bytes  # of each way, where it was not heard
    swaps: Bytes  # what it costs to hear a code for a way, at most FAR; shape (ways, codes)
    pairs: Numbers  # each pair of ways that follow each other in a phrase once, shape (2, pairs)
    pieces: tuple[
        Numbers, ...
    ]  # of each row its pairs, from its first way and from one before; (pieces, rows)
    _groups: dict[int, Group] = field(default_factory=dict)

    @classmethod
    def of(cls, phrases: Iterable[Phrase], asked: Mapping[Phrase, float] | None = None) -> PhraseBook:
        """A book of each phrase once. `asked` tells of some from which likeness on they are asked for."""
        ways_of = {phrase: phrase.ways for phrase in phrases}
        row_of = {ways: row for row, ways in enumerate(dict.fromkeys(ways_of.values()))}
        number_of = {way: at for at, way in enumerate(dict.fromkeys(way for ways in row_of for way in ways))}
        ways = _filled_up(row_of, number_of)
        pairs, pieces = _paired(ways, len(number_of))
        needed = {row_of[ways]: phrase.needed_likeness for phrase, ways in ways_of.items()}
        least = needed.copy()
        for phrase, likeness in (asked or {}).items():
            row = row_of[ways_of[phrase]]
            least[row] = min(least[row], likeness)
        return cls(
            rows={phrase: row_of[ways] for phrase, ways in ways_of.items()},
            lengths=np.array([len(ways) for ways in row_of], dtype=np.int32),
            needed=np.array([needed[row] for row in range(len(row_of))]),
            asked=np.array([least[row] for row in range(len(row_of))]),
            ways=ways,
            drops=np.array([*(round(way.drop_cost * UNITS) for way in number_of), 0], dtype=np.uint8),
            swaps=_swaps(number_of),
            pairs=pairs,
            pieces=pieces,
        )

    def group(self, phrases: Sequence[Phrase]) -> Group:
        """Where these phrases are; told from memory where the same tuple is asked for again."""
        known = self._groups.get(id(phrases))
        if known is not None and known.phrases is phrases:
            return known
        rows = np.array([self.rows[phrase] for phrase in phrases], dtype=np.int32)
        group = Group(
            phrases=phrases,
            rows=rows,
            lengths=self.lengths[rows],
            needed=self.needed[rows],
            row_set=frozenset(rows.tolist()),
            strictest=float(self.asked[rows].max(initial=0.0)),
            doubt=float((self.needed[rows] - self.asked[rows]).min(initial=1.0)),
        )
        if isinstance(phrases, tuple) and len(self._groups) < MOST_GROUPS:
            self._groups[id(phrases)] = group
        return group


def codes_of(initials: Half, finals: Half) -> NDArray[np.intp]:
    """One number for each sound that was heard; WALL for a wall."""
    codes = initials.astype(np.intp) * len(FINALS) + finals
    codes[initials == NO_SOUND] = WALL
    return codes


def _filled_up(row_of: Iterable[tuple[Way, ...]], number_of: dict[Way, int]) -> Numbers:
    rows = [[number_of[way] for way in ways] for ways in row_of]
    longest = max(map(len, rows), default=0)
    filled = [row + [len(number_of)] * (longest - len(row)) for row in rows]
    return np.ascontiguousarray(np.array(filled, dtype=np.int32).reshape(len(rows), longest).T)


def _paired(ways: Numbers, filling: int) -> tuple[Numbers, tuple[Numbers, ...]]:
    """Every pair once, and for both ways of cutting rows into pairs which ones make up each row."""
    fill = np.full((1, ways.shape[1]), filling, dtype=np.int32)
    cuts = [np.concatenate(rows) for rows in ((ways, fill, fill), (fill, ways, fill))]
    firsts, seconds = (
        np.concatenate([cut[at : len(cut) - len(cut) % 2 : 2] for cut in cuts]) for at in (0, 1)
    )
    keys, which = np.unique(firsts * (filling + 1) + seconds, return_inverse=True)
    which = which.reshape(firsts.shape).astype(np.int32)
    pairs = np.stack((keys // (filling + 1), keys % (filling + 1))).astype(np.int32)
    return pairs, (which[: len(cuts[0]) // 2], which[len(cuts[0]) // 2 :])


def _swaps(ways: Iterable[Way]) -> Bytes:
    sounds = np.array([way.sound for way in ways], dtype=np.intp).reshape(-1, 4)
    swaps = np.full((len(sounds) + 1, WALL + 1), FAR, dtype=np.uint8)
    first, second = (
        INITIAL_COSTS[reading[:, 0], :, None] + FINAL_COSTS[reading[:, 1], None, :]
        for reading in (sounds[:, :2], sounds[:, 2:])
    )
    swaps[:-1, :WALL] = np.rint(np.minimum(first, second) * UNITS).reshape(-1, WALL)
    return swaps
