"""Turns that sound like the harsh examples of a norm, the harshest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean
from typing import Final

from ledger.records import Evidence, Turn
from ledger.states import Role
from qa_scoring.rules.clarity import GAPPED, NOISY, unclear
from qa_scoring.rules.scene import Scene
from qa_scoring.rules.similar import likeness
from qa_scoring.rules.windows import Stretch
from qa_scoring.saying import ToneSpec
from qa_scoring.syllables import syllables_of

LEAST_SYLLABLES: Final = 4  # of a turn: shorter ones are told by phrases alone
# The mean of the words' confidence. What is hardly understood comes out as odd short words, which weigh much:
SURE_CONFIDENCE: Final = 0.85
LEAST_CONFIDENCE: Final = 0.7


@dataclass(frozen=True, kw_only=True)
class Harsh:
    """One turn at or above `doubtful`."""

    evidence: Evidence  # its phrase is the example that is most like it
    tone: float
    runs: tuple[str, ...]  # what weighs most
    is_sure: bool
    unclear: str  # why it is not sure though harsh enough; empty where it is, or is not harsh enough


def harsh_turns(scene: Scene, stretch: Stretch, spec: ToneSpec) -> list[Harsh]:
    """All of the window, the surest and harshest first."""
    found = [_harsh(scene, role, turn, tone, spec) for role, turn, tone in _toned(scene, stretch, spec)]
    return sorted(found, key=lambda one: (not one.is_sure, -one.tone))


def _toned(scene: Scene, stretch: Stretch, spec: ToneSpec) -> Iterator[tuple[Role, Turn, float]]:
    for role in stretch.who:
        for turn in scene.conversation.turns_of(role):
            if not any(span.holds(turn.start_s) for span in stretch.spans):
                continue
            syllables = syllables_of(turn.text)
            if len(syllables) < LEAST_SYLLABLES or _confidence(turn) < LEAST_CONFIDENCE:
                continue
            tone = spec.book.tone_of(syllables)
            if tone >= spec.doubtful:
                yield role, turn, tone


def _confidence(turn: Turn) -> float:
    return mean(word.confidence for word in turn.words) if turn.words else 1.0


def _harsh(scene: Scene, role: Role, turn: Turn, tone: float, spec: ToneSpec) -> Harsh:
    why = ""
    if tone >= spec.sure:
        why = unclear(scene.heard(role), turn.start_s, turn.end_s)
        why = why if why in {NOISY, GAPPED} else ""
    nearest = max(spec.harsh, key=lambda example: likeness(example, turn.text))
    evidence = Evidence(
        start_s=round(turn.start_s, 3),
        end_s=round(turn.end_s, 3),
        text=turn.text,
        likeness=round(likeness(nearest, turn.text), 3),
        phrase=nearest,
    )
    is_sure = tone >= spec.sure and _confidence(turn) >= SURE_CONFIDENCE and not why
    runs = spec.book.heaviest(syllables_of(turn.text))
    return Harsh(evidence=evidence, tone=tone, runs=runs, is_sure=is_sure, unclear=why)
