"""Cuts a turn's text into stretches that can be lit while they are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.calls.schemas import LIKENESS_OF_A_HIT, Piece, Said
from ledger.records import Evidence, Finding, Turn, Word
from ledger.states import Role, Verdict

LOOK_AHEAD = 12  # characters between two words; the text has punctuation and figures that no word has


def show_turn(turn: Turn, findings: Sequence[Finding]) -> Said:
    """The turn with its text in pieces.

    The text is what is shown: words only lend it their times. Where the text differs from the words
    (figures, punctuation, masked numbers) the difference gets the time between its neighbours.
    """
    moments = list(_hits(findings)) if turn.role is Role.OPERATOR else []
    pieces = tuple(
        Piece(text=text, start_s=start_s, end_s=end_s, is_evidence=_rests_on(moments, start_s, end_s))
        for text, start_s, end_s in _timed(turn)
    )
    return Said(role=turn.role, start_s=turn.start_s, end_s=turn.end_s, pieces=pieces)


def _hits(findings: Sequence[Finding]) -> Iterator[Evidence]:
    """What was said against a rule; where something was not said there is nothing to mark."""
    for finding in findings:
        evidence = finding.evidence
        if finding.verdict is Verdict.FAIL and evidence and evidence.likeness >= LIKENESS_OF_A_HIT:
            yield evidence


def _timed(turn: Turn) -> Iterator[tuple[str, float, float]]:
    done, reached_s = 0, turn.start_s
    for word, at in _found(turn.text, turn.words):
        if turn.text[done:at]:
            yield turn.text[done:at], reached_s, word.start_s
        done, reached_s = at + len(word.text), word.end_s
        yield word.text, word.start_s, word.end_s
    if turn.text[done:]:
        yield turn.text[done:], reached_s, max(turn.end_s, reached_s)


def _found(text: str, words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Words that stand in the text, in order, with their places."""
    done = 0
    for word in words:
        at = text.find(word.text, done, done + len(word.text) + LOOK_AHEAD) if word.text else -1
        if at >= 0:
            yield word, at
            done = at + len(word.text)


def _rests_on(moments: Sequence[Evidence], start_s: float, end_s: float) -> bool:
    middle_s = (start_s + end_s) / 2
    return any(moment.start_s <= middle_s <= moment.end_s for moment in moments)
