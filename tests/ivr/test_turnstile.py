"""How fast legs may come to a line: a clock of our own instead of waiting."""

from __future__ import annotations

from ivr.phone.turnstile import MOST_LEGS, WITHIN_S, Turnstile


def test_a_burst_is_let_in_and_what_follows_is_not() -> None:
    """As many as pjsip has places for; who is turned away takes none; later there is room again."""
    now_s = 100.0
    turnstile = Turnstile(lambda: now_s)
    assert [turnstile.lets_in() for _ in range(MOST_LEGS)] == [True] * MOST_LEGS
    assert not turnstile.lets_in()
    now_s += WITHIN_S / 2
    assert not turnstile.lets_in()
    now_s += WITHIN_S
    assert [turnstile.lets_in() for _ in range(MOST_LEGS + 1)] == [True] * MOST_LEGS + [False]
