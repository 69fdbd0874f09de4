"""`loudness`: turns that are much louder than the speaker's others, or than the speaker's last one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.records import Evidence, Turn
from ledger.states import Role, Verdict
from qa_scoring.measures import Loudness
from qa_scoring.rules.scene import Opinion, Scene, searched
from qa_scoring.rules.windows import Stretch


@dataclass(frozen=True, kw_only=True)
class Loud:
    """A turn, and how far it stands out."""

    turn: Turn
    above_db: float
    how: str  # in the monitor's words

    @property
    def evidence(self) -> Evidence:
        """Measured, nothing was compared."""
        return Evidence(
            start_s=round(self.turn.start_s, 3),
            end_s=round(self.turn.end_s, 3),
            text=self.turn.text,
            likeness=1.0,
        )


def judge_loudness(scene: Scene, stretch: Stretch, check: Loudness) -> Opinion:
    """Each speaker against himself; the levels are of the turn's loudest quarter (`ledger.records.Sound`)."""
    turns = [_measured(scene, role) for role in stretch.who]
    known = [own for own in turns if len(own) >= check.least_turns]
    words = {"where": stretch.told, "db": "0", "how": "", "count": "0", "heard": "", "least": ""}
    if not known:
        words["least"] = str(check.least_turns)
        return Opinion(verdict=Verdict.CANNOT_TELL, evidence=searched(stretch.around), words=words)
    loud = [one for own in known for one in _loud(own, check) if _within(stretch, one.turn)]
    if not loud:
        highest = max(_highest(own) for own in known)
        words = {**words, "db": f"{max(0.0, highest):.0f}"}
        return Opinion(verdict=Verdict.PASS, evidence=searched(stretch.around), words=words)
    worst = max(loud, key=lambda one: one.above_db)
    words = {
        **words,
        "db": f"{worst.above_db:.0f}",
        "how": worst.how,
        "count": str(len({one.turn.start_s for one in loud})),
        "heard": worst.turn.text,
    }
    hits = tuple(dict.fromkeys(one.evidence for one in loud))
    return Opinion(verdict=Verdict.FAIL, evidence=worst.evidence, words=words, hits=hits)


def _measured(scene: Scene, role: Role) -> list[Turn]:
    """The turns of which the level is known."""
    return [turn for turn in scene.conversation.turns_of(role) if turn.text and turn.sound]


def _level(turn: Turn) -> float:
    assert turn.sound is not None, "only measured turns are asked"
    return turn.sound.level_dbfs


def _usual(turns: Sequence[Turn]) -> float:
    return statistics.median(map(_level, turns))


def _highest(turns: Sequence[Turn]) -> float:
    return max(map(_level, turns)) - _usual(turns)


def _loud(turns: Sequence[Turn], check: Loudness) -> Iterator[Loud]:
    usual = _usual(turns)
    for at, turn in enumerate(turns):
        above = _level(turn) - usual
        if check.shout_db is not None and above >= check.shout_db:
            yield Loud(turn=turn, above_db=above, how="音量比本人平时高")
        rise = _level(turn) - _level(turns[at - 1]) if at else 0.0
        if check.rise_db is not None and rise >= check.rise_db:
            yield Loud(turn=turn, above_db=rise, how="音量比本人前一句高")


def _within(stretch: Stretch, turn: Turn) -> bool:
    return any(span.holds(turn.start_s) for span in stretch.spans)
