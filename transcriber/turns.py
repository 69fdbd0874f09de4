"""Words to turns: what one speaker said without a long pause, all speakers in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.records import Turn, Word
from ledger.states import Role
from transcriber.reading import read

TURN_PAUSE_S = 0.8  # a longer pause ends a turn


def group_turns(words: Sequence[Word], role: Role, *, pause_s: float = TURN_PAUSE_S) -> list[Turn]:
    """One speaker's words, in order of time, as turns."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.start_s - groups[-1][-1].end_s < pause_s:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_turn(group, role) for group in groups]


def merge_turns(tracks: Iterable[Iterable[Turn]]) -> tuple[Turn, ...]:
    """All speakers' turns in the order in which they began."""
    turns = (turn for track in tracks for turn in track)
    return tuple(sorted(turns, key=lambda turn: (turn.start_s, turn.end_s)))


def _turn(words: Sequence[Word], role: Role) -> Turn:
    return Turn(
        role=role,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        text=read(words),
        words=tuple(words),
    )
