"""Cuts a turn's text into stretches that can be lit while they are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.calls.schemas import LIKENESS_OF_A_HIT
from console.calls.shown import Piece, ShownTurn
from ledger.records import Evidence, Finding, Turn
from ledger.states import Role, Verdict
from ledger.timed_text import timed_text


def show_turn(turn: Turn, findings: Sequence[Finding]) -> ShownTurn:
    """The turn with its text in pieces.

    The text is what is shown: words only lend it their times. Where the text differs from the words
    (figures, punctuation, masked numbers) the difference gets the time between its neighbours.
    """
    moments = list(_hits(findings)) if turn.role is Role.OPERATOR else []
    clearness = {(word.start_s, word.end_s): word.clearness for word in turn.words}
    pieces = tuple(
        Piece(
            text=text,
            start_s=start_s,
            end_s=end_s,
            is_evidence=_rests_on(moments, start_s, end_s),
            clearness=clearness.get((start_s, end_s)),
        )
        for text, start_s, end_s in timed_text(turn)
    )
    lost_share = (turn.sound.lost_share or 0.0) if turn.sound else 0.0
    return ShownTurn(
        role=turn.role, start_s=turn.start_s, end_s=turn.end_s, pieces=pieces, lost_share=lost_share
    )


def _hits(findings: Sequence[Finding]) -> Iterator[Evidence]:
    """What was said against a rule; where something was not said there is nothing to mark."""
    for finding in findings:
        evidence = finding.evidence
        if finding.verdict is Verdict.FAIL and evidence and evidence.likeness >= LIKENESS_OF_A_HIT:
            yield evidence


def _rests_on(moments: Sequence[Evidence], start_s: float, end_s: float) -> bool:
    middle_s = (start_s + end_s) / 2
    return any(moment.start_s <= middle_s <= moment.end_s for moment in moments)
