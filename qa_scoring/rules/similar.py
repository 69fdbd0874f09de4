"""`similar`: a whole turn against example sentences, by the share of syllables that agree in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from ledger.alike_sounds import FINALS, INITIALS, SAME_FINALS, SAME_INITIALS
from ledger.records import Evidence, Turn
from ledger.states import Verdict
from qa_scoring.heard import FILLERS
from qa_scoring.phrases import DOUBT_WIDTH
from qa_scoring.rules.counting import told_times, within
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.windows import Stretch, rounds_of
from qa_scoring.sound import EXACT
from qa_scoring.syllables import syllables_of
from qa_scoring.texts import Similar

LEAST_SYLLABLES: Final = 2  # of a turn: 好 is like nothing


def judge_similar(scene: Scene, stretch: Stretch, check: Similar) -> Opinion:
    """Turns that are like enough count; those that are nearly so may have been."""
    found = sorted(_likenesses(scene, stretch, check), key=lambda one: -one.likeness)
    sure = tuple(one for one in found if one.likeness >= check.likeness - EXACT)
    perhaps = tuple(one for one in found if one.likeness >= check.likeness - DOUBT_WIDTH)
    verdict = within(check.times, certain=len(sure), possible=len(perhaps))
    hits = perhaps if verdict is Verdict.CANNOT_TELL else sure
    shown = hits[0] if hits else (found[0] if found else None)
    words = {
        "where": stretch.told,
        "wanted": told_times(check.times),
        "count": str(len(sure)),
        "heard": shown.text if shown else "",
        "phrase": shown.phrase if shown else check.examples[0],
        "likeness": f"{shown.likeness:.2f}" if shown else "0.00",
    }
    return Opinion(verdict=verdict, evidence=shown or searched(stretch.around), words=words, hits=hits)


def likeness(example: str, text: str) -> float:
    """The share of the syllables of both that agree in their order: twice those by all, 0 to 1."""
    return float(Indel.normalized_similarity(_sounds(example), _sounds(text)))


def _likenesses(scene: Scene, stretch: Stretch, check: Similar) -> Iterator[Evidence]:
    """Of each turn in the window the example that it is most like."""
    for turns in rounds_of(scene, stretch.who):
        if any(span.holds(turns[0].start_s) for span in stretch.spans):
            best = max(_compared(turns, check.examples), key=lambda one: one.likeness, default=None)
            if best:
                yield best


def _compared(turns: Sequence[Turn], examples: Sequence[str]) -> Iterator[Evidence]:
    """A round as a whole, and each of its turns."""
    for part in (tuple(turns), *((turn,) for turn in turns if len(turns) > 1)):
        text = "".join(turn.text for turn in part)
        if len(_sounds(text)) >= LEAST_SYLLABLES:
            for example in examples:
                yield Evidence(
                    start_s=round(part[0].start_s, 3),
                    end_s=round(part[-1].end_s, 3),
                    text=text,
                    likeness=round(likeness(example, text), 3),
                    phrase=example,
                )


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[tuple[str, str], ...]:
    """Its syllables without fillers, alike ones as one."""
    return tuple(
        (
            SAME_INITIALS.get(INITIALS[syllable.initial], INITIALS[syllable.initial]),
            SAME_FINALS.get(FINALS[syllable.final], FINALS[syllable.final]),
        )
        for syllable in syllables_of(text)
        if syllable.character not in FILLERS
    )
