"""Who spoke when: silences and speech over each other between turns, and what the waveform shows of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ledger.packet_losses import read as read_losses
from ledger.records import Facts, Mark, Turn
from ledger.states import FactKey, Place, Role

TOLD_SILENCE_S: Final = 2.0  # shorter ones are breath
TOLD_OVERLAP_S: Final = 0.5  # shorter ones are a 嗯 at the right moment
USUAL_NORM_S: Final = 15.0  # a pack without a norm for silence


class Layer(StrEnum):
    """What may be shown on the waveform, beside places, findings and masks."""

    TURN = "turn"
    SILENCE = "silence"  # over the norm
    OVERLAP = "overlap"
    LOSS = "loss"  # of packets


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A span of the recording."""

    layer: Layer
    start_s: float
    end_s: float
    channel: int | None  # 0: the caller, 1: what the caller hears; None: both


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """What lies between two turns."""

    seconds: float
    is_overlap: bool  # both spoke
    is_over_norm: bool  # a silence longer than the desk allows


def gaps_between(turns: Sequence[Turn], norm_s: float) -> list[Gap | None]:
    """For each turn what lies between everything said before it and the turn, where it is worth telling."""
    gaps: list[Gap | None] = []
    reached_s = None
    for number, turn in enumerate(turns):
        gaps.append(None if reached_s is None else _gap(turns[number - 1], turn, reached_s, norm_s))
        reached_s = max(reached_s or 0.0, turn.end_s)
    return gaps


def _gap(before: Turn, turn: Turn, reached_s: float, norm_s: float) -> Gap | None:
    silence_s = turn.start_s - reached_s
    if silence_s >= TOLD_SILENCE_S:
        return Gap(seconds=silence_s, is_overlap=False, is_over_norm=silence_s > norm_s)
    overlap_s = min(before.end_s, turn.end_s) - turn.start_s
    if before.role is not turn.role and overlap_s >= TOLD_OVERLAP_S:
        return Gap(seconds=overlap_s, is_overlap=True, is_over_norm=False)
    return None


def stretches(
    turns: Sequence[Turn], marks: Sequence[Mark], facts: Facts, norm_s: float
) -> tuple[Stretch, ...]:
    """All that the waveform shows of who spoke when, and of lost packets."""
    talk = [mark for mark in marks if mark.place is Place.OPERATOR]
    return (*_turns(turns), *_silences(turns, talk, norm_s), *_overlaps(turns), *_losses(facts))


def _turns(turns: Sequence[Turn]) -> Iterator[Stretch]:
    for turn in turns:
        channel = {Role.CALLER: 0, Role.MIXED: None}.get(turn.role, 1)
        yield Stretch(layer=Layer.TURN, start_s=turn.start_s, end_s=turn.end_s, channel=channel)


def _silences(turns: Sequence[Turn], talk: Sequence[Mark], norm_s: float) -> Iterator[Stretch]:
    """While the caller has an operator; an import has no marks, then everywhere between two turns."""
    reached_s: float | None = None
    for turn in turns:
        if reached_s is not None and turn.start_s - reached_s > norm_s:
            spans = [(max(reached_s, mark.start_s), min(turn.start_s, mark.end_s)) for mark in talk]
            for start_s, end_s in spans if talk else [(reached_s, turn.start_s)]:
                if end_s - start_s > norm_s:
                    yield Stretch(layer=Layer.SILENCE, start_s=start_s, end_s=end_s, channel=None)
        reached_s = max(reached_s or 0.0, turn.end_s)


def _overlaps(turns: Sequence[Turn]) -> Iterator[Stretch]:
    for before, turn in pairwise(turns):
        end_s = min(before.end_s, turn.end_s)
        if before.role is not turn.role and end_s - turn.start_s >= TOLD_OVERLAP_S:
            yield Stretch(layer=Layer.OVERLAP, start_s=turn.start_s, end_s=end_s, channel=None)


def _losses(facts: Facts) -> Iterator[Stretch]:
    for channel, key in enumerate((FactKey.CALLER_LOST, FactKey.OPERATOR_LOST)):
        for loss in read_losses(facts.get(key, "")):
            yield Stretch(layer=Layer.LOSS, start_s=loss.start_s, end_s=loss.end_s, channel=channel)
