"""How far the stretch of an evidence can be relied on: what the recogniser says of the words in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ledger.records import Evidence, Word
from ledger.states import Clearness, Role
from qa_scoring.rules.scene import Opinion, Scene

ENOUGH_SHARE: Final = 1 / 3  # of the signs said there: so many make the whole stretch as bad
WORST_FIRST: Final = (Clearness.UNUSABLE, Clearness.DOUBTFUL)


def with_sound(scene: Scene, opinion: Opinion, who: Iterable[Role]) -> Opinion:
    """The same opinion, its moments with how they sound."""
    words = [word for role in who for turn in scene.conversation.turns_of(role) for word in turn.words]
    told = [word for word in words if word.clearness is not None]
    if not told:
        return opinion
    return replace(
        opinion,
        evidence=opinion.evidence and _sounding(opinion.evidence, told),
        hits=tuple(_sounding(hit, told) for hit in opinion.hits),
    )


def _sounding(evidence: Evidence, words: Iterable[Word]) -> Evidence:
    inside = [word for word in words if word.end_s > evidence.start_s and word.start_s < evidence.end_s]
    return replace(evidence, sound=clearness_of(inside) or "")


def clearness_of(words: Iterable[Word]) -> Clearness | None:
    """Of a stretch by its words; None where there are none."""
    words = tuple(words)
    signs = sum(len(word.text) for word in words)
    worse: set[Clearness | None] = set()
    for clearness in WORST_FIRST if signs else ():
        worse.add(clearness)
        if sum(len(word.text) for word in words if word.clearness in worse) >= signs * ENOUGH_SHARE:
            return clearness
    return Clearness.CLEAR if signs else None
