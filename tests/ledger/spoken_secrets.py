"""The labelled sentences of `secrets_spoken.yaml`, as turns with words and times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from ledger.records import Secret, Turn, Word
from ledger.redaction.finding import find_secrets
from ledger.states import Role, SecretKind

FILE = Path(__file__).parent / "secrets_spoken.yaml"
MARKED = re.compile(r"\{(\w+)\|([^}]*)\}")
ROLES = {"c": Role.CALLER, "o": Role.OPERATOR}
SIGN_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was said, and which stretches are secret: kind, turn, first, last."""

    turns: tuple[Turn, ...]
    secrets: tuple[tuple[SecretKind, int, int, int], ...]
    answer: str

    @property
    def text(self) -> str:
        """For messages."""
        return " / ".join(turn.text for turn in self.turns)


@dataclass
class Score:
    """Stretches found rightly, found wrongly and missed, by kind."""

    right: Counter[SecretKind] = field(default_factory=Counter)
    wrong: Counter[SecretKind] = field(default_factory=Counter)
    missed: Counter[SecretKind] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def precision(self, kind: SecretKind) -> float:
        """Of the found ones, how many are that secret."""
        return self.right[kind] / max(1, self.right[kind] + self.wrong[kind])

    def recall(self, kind: SecretKind) -> float:
        """Of the secrets, how many are found whole."""
        return self.right[kind] / max(1, self.right[kind] + self.missed[kind])


def said(role: Role, text: str, start_s: float, *, with_words: bool = True) -> Turn:
    """A turn whose words are single signs of a quarter second."""
    words = tuple(
        Word(text=sign, start_s=start_s + SIGN_S * at, end_s=start_s + SIGN_S * (at + 1), confidence=1.0)
        for at, sign in enumerate(text)
    )
    end_s = start_s + SIGN_S * max(1, len(text))
    return Turn(role=role, start_s=start_s, end_s=end_s, text=text, words=words if with_words else ())


def conversation(*lines: tuple[Role, str]) -> tuple[Turn, ...]:
    """Turns that follow each other with half a second between."""
    turns: list[Turn] = []
    for role, text in lines:
        turns.append(said(role, text, turns[-1].end_s + 0.5 if turns else 1.0))
    return tuple(turns)


def samples(half: str) -> Iterator[Sample]:
    """`tune` or `judge`."""
    for entry in YAML(typ="safe").load(FILE)[half]:
        lines, secrets = [], []
        for number, line in enumerate(entry["turns"]):
            who, _, marked = line.partition(": ")
            for found in MARKED.finditer(marked):
                before = MARKED.sub(r"\2", marked[: found.start()])
                secrets.append((SecretKind(found[1]), number, len(before), len(before) + len(found[2])))
            lines.append((ROLES[who], MARKED.sub(r"\2", marked)))
        yield Sample(turns=conversation(*lines), secrets=tuple(secrets), answer=entry.get("answer", ""))


def score(half: str) -> Score:
    """How well the finder does."""
    sums = Score()
    for sample in samples(half):
        _count(sums, sample, find_secrets(sample.turns, sample.answer))
    return sums


def _count(sums: Score, sample: Sample, found: tuple[Secret, ...]) -> None:
    for kind, turn, first, last in sample.secrets:
        of_kind = [each for each in found if (each.kind, each.turn) == (kind, turn)]
        if any(each.first <= first and last <= each.last for each in of_kind):
            sums.right[kind] += 1
        else:
            sums.missed[kind] += 1
            sums.told.append(f"missed {kind}: {sample.turns[turn].text[first:last]} in {sample.text}")
    for each in found:
        same = (kind for kind, *place in sample.secrets if _overlap(each, *place))
        if each.kind not in same:
            sums.wrong[each.kind] += 1
            sums.told.append(
                f"wrong {each.kind}: {sample.turns[each.turn].text[each.first : each.last]} in {sample.text}"
            )


def _overlap(secret: Secret, turn: int, first: int, last: int) -> bool:
    return secret.turn == turn and secret.first < last and secret.last > first
