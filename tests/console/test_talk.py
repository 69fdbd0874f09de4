"""Who spoke when: silences and both at once, between turns and on the waveform."""

from __future__ import annotations

from console.calls.silence_norm import silence_norm_s
from console.calls.talk import Layer, gaps_between, stretches
from ledger.records import Mark, Scorecard, Turn
from ledger.states import FactKey, Place, Role

NORM_S = 15.0


def turn(role: Role, start_s: float, end_s: float) -> Turn:
    """A turn of which only the time matters."""
    return Turn(role=role, start_s=start_s, end_s=end_s, text="好")


TURNS = (
    turn(Role.SYSTEM, 0, 3),
    turn(Role.OPERATOR, 30, 33),  # after 27 s in the queue
    turn(Role.CALLER, 32.2, 36),  # 0.8 s over the operator
    turn(Role.OPERATOR, 39, 40),  # after 3 s
    turn(Role.CALLER, 40.1, 41),
    turn(Role.OPERATOR, 61, 62),  # after 20 s
)


def test_gaps_are_told_from_two_seconds_on_and_overlaps_from_half_a_second() -> None:
    """Shorter ones are breath and a 嗯; over the norm is said."""
    told = [
        (round(gap.seconds, 1), gap.is_overlap, gap.is_over_norm) if gap else None
        for gap in gaps_between(TURNS, NORM_S)
    ]
    assert told == [
        None,
        (27.0, False, True),
        (0.8, True, False),
        (3.0, False, False),
        None,
        (20.0, False, True),
    ]


def test_the_waveform_shows_silences_of_the_conversation_alone() -> None:
    """Waiting in the queue is no silence of the operator's; lost packets lie on their channel."""
    marks = (Mark(place=Place.QUEUE, start_s=3, end_s=29), Mark(place=Place.OPERATOR, start_s=29, end_s=70))
    facts = {FactKey.CALLER_LOST: "33.00-33.50:5/25"}
    shown = [
        (one.layer, one.start_s, one.end_s, one.channel) for one in stretches(TURNS, marks, facts, NORM_S)
    ]
    assert [one for one in shown if one[0] is Layer.SILENCE] == [(Layer.SILENCE, 41, 61, None)]
    assert [one for one in shown if one[0] is Layer.OVERLAP] == [(Layer.OVERLAP, 32.2, 33, None)]
    assert [one for one in shown if one[0] is Layer.LOSS] == [(Layer.LOSS, 33.0, 33.5, 0)]
    assert [one[3] for one in shown if one[0] is Layer.TURN] == [1, 1, 0, 1, 0, 1]


def test_the_norm_is_the_packs() -> None:
    """Fifteen seconds where the pack says so, or says nothing, or is gone."""
    for pack in ("114", "gone"):
        card = Scorecard(pack=pack, pack_version="1", score=100, flags=(), findings=())
        assert silence_norm_s(card) == NORM_S
