"""What it costs to take one Mandarin syllable for another: for what was misheard, by machines or people.

Each syllable is an initial and a final; each half that differs costs at most one half.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ledger.pinyin import halves

Half = NDArray[np.int16]  # initials or finals, as their places in the lists below
Costs = NDArray[np.float64]

HALF_COST: Final = 0.5  # one wrong half; a wholly different syllable costs 1
INITIALS: Final = (*"bpmfdtnlgkhjqxzcsr", "zh", "ch", "sh", "")
FINALS: Final = (
    *("a", "o", "e", "i", "ih", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er"),
    *("ia", "ie", "iao", "iou", "ian", "in", "iang", "ing", "iong", "io"),
    *("ua", "uo", "uai", "uei", "uan", "uen", "uang", "ueng", "ve", "van", "vn", "?"),
)

# Pairs that speakers with southern accents and the small model over 8 kHz A-law take for each other.
ALIKE_INITIALS: Final = (
    (0.1, ("zh z", "ch c", "sh s")),
    (0.15, ("n l",)),
    (0.2, ("f h", "r l", "zh j", "ch q", "sh x", "z j", "c q", "s x")),
    (0.25, ("b p", "d t", "g k", "j q", "zh ch", "z c", "m n", "g h", "k h", "d g", "t k", "p t", "b d")),
    (0.3, ("sh ch", "s c", "zh sh", "z s", "x q", "r n", "r zh", "z d", "zh d", "zh g", "m l")),
)
ALIKE_FINALS: Final = (
    (0.05, ("o uo",)),
    (0.1, ("in ing", "en eng", "an ang", "uan uang", "ian iang", "uen ueng")),
    (0.2, ("i v", "ie ve", "ian van", "in vn", "ing vn", "e uo", "e o", "eng ong", "ong ueng", "e er")),
    (0.2, ("uen ong", "en uen", "ei uei", "ou uo", "ian an", "iang ang", "ie ian", "ie i", "ai uai")),
    (0.25, ("i in", "i ing", "e en", "e eng", "ai ei", "ao ou", "an en", "ang eng", "ao uo", "a ang")),
    (0.25, ("ia a", "ua a", "uan an", "uang ang", "iao ao", "iou ou", "iong ong", "ia ian", "a an")),
    (0.3, ("u ou", "u o", "i ei", "ih e", "u uo", "ai an", "ei en", "ia ie", "ie ei", "iou iao", "ian in")),
)

# Halves that many speakers do not tell apart at all.
SAME_INITIALS: Final = {"zh": "z", "ch": "c", "sh": "s", "l": "n", "h": "f"}
SAME_FINALS: Final = {"ing": "in", "eng": "en", "ang": "an", "iang": "ian", "uang": "uan"}


@lru_cache(maxsize=1024)
def sound_of(reading: str) -> tuple[int, int]:
    """Indices of a toneless pinyin syllable's initial and final, e.g. `zhang` -> (zh, ang)."""
    initial, final = halves(reading)
    if final == "i" and initial in {"z", "c", "s", "zh", "ch", "sh", "r"}:
        final = "ih"  # the buzzed vowel of 四 and 是 is not the i of 七
    final = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "ve", "ê": "e"}.get(final, final)
    return INITIALS.index(initial), FINALS.index(final if final in FINALS else "?")


def _cost_table(names: tuple[str, ...], alike: tuple[tuple[float, tuple[str, ...]], ...]) -> Costs:
    table = np.full((len(names), len(names)), HALF_COST)
    np.fill_diagonal(table, 0.0)
    for cost, pairs in alike:
        for pair in pairs:
            first, second = (names.index(name) for name in pair.split())
            table[first, second] = table[second, first] = cost
    return table


INITIAL_COSTS: Final = _cost_table(INITIALS, ALIKE_INITIALS)
FINAL_COSTS: Final = _cost_table(FINALS, ALIKE_FINALS)
