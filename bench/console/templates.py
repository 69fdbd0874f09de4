"""A few thousand calls worked out whole; the bench gives them to as many calls as are wanted."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from functools import lru_cache

from bench.search import talk
from bench.search.remembering import remembered_sounds
from ledger.records import Turn
from ledger.search_text import SearchText

COUNT = 2000
RULES = (
    *("greeting", "closing", "forbidden-words", "hold-notice", "apology-after-wait", "offer-more-help"),
    *("long-silence", "overtalk", "speech-rate", "answer-delay", "number-readback"),
)
RARE_RULE = "number-readback"  # fails in one flagged call of 500


@dataclass(frozen=True, kw_only=True)
class Template:
    """What was said in a call and found in it."""

    number: int
    turns: list[Turn]
    text: SearchText
    failed: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def score(self) -> float:
        """Out of 100."""
        return 100.0 - sum(self.points(rule) for rule in self.failed)

    def points(self, rule: str) -> float:
        """What a fail of the rule takes off here."""
        return float(5 + 5 * (RULES.index(rule) % 4))

    @property
    def worst_points(self) -> float:
        """Of one finding."""
        return max(map(self.points, self.failed))

    def findings(self) -> list[dict[str, object]]:
        """A row for each rule."""
        return [self._finding(at, rule) for at, rule in enumerate(RULES)]

    def _finding(self, at: int, rule: str) -> dict[str, object]:
        turn = self.turns[at % len(self.turns)]
        verdict = "fail" if rule in self.failed else "cannot_tell" if rule in self.doubtful else "pass"
        return {
            "template": self.number,
            "rule": rule,
            "verdict": verdict,
            "start_s": turn.start_s,
            "end_s": turn.end_s,
            "words": turn.text[:24],
            "likeness": 0.9,
            "reason": "按规范判定（机器）",
            "points": self.points(rule) if verdict == "fail" else 0.0,
        }

    def said(self) -> dict[str, object]:
        """What its transcript's row has."""
        return {
            "template": self.number,
            "turns": [asdict(turn) for turn in self.turns],
            "text": "\n".join(turn.text for turn in self.turns),
            "characters": self.text.characters,
            "sounds": self.text.sounds,
            "score": self.score,
            "flags": list(self.failed),
        }


@lru_cache(maxsize=1)
def templates() -> list[Template]:
    """All of them, always the same."""
    chance = random.Random(114)
    with remembered_sounds():
        return [_template(number, made, chance) for number, made in enumerate(talk.calls(COUNT))]


def _template(number: int, made: talk.Made, chance: random.Random) -> Template:
    usual = [rule for rule in RULES if rule != RARE_RULE]
    many = chance.choices((1, 2, 3, 5), weights=(68, 24, 6, 2))[0]
    failed = chance.sample(usual, many) + ([RARE_RULE] if number % 500 == 0 else [])
    doubtful = [rule for rule in chance.sample(usual, 2) if rule not in failed]
    return Template(
        number=number,
        turns=made.turns,
        text=SearchText.of(turn.text for turn in made.turns),
        failed=tuple(sorted(failed)),
        doubtful=tuple(doubtful),
    )
