"""Repository of corrected transcripts, for writing: secrets are looked for anew, and the search follows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger import calls, search
from ledger.clock import now
from ledger.corrections import Correction, corrections_of, over_turns
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.redaction.hiding import HIDDEN
from ledger.retiming import corrected
from ledger.secrets_told import secrets_in, veil_of, veil_over_corrected
from ledger.tables import CorrectionRow, TranscriptRow
from ledger.turn_rows import to_turn


class HiddenChanged(Conflict):
    """A part of the turn is hidden from you: leave each ● where it is, or ask somebody who may see it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What somebody heard in a turn."""

    transcript_id: int
    turn: int  # which of the transcript's turns, from 0
    text: str
    unmasked: bool  # whether the person saw the text with nothing hidden


def correct(session: Session, call_id: str, user: User, heard: Heard) -> Correction | None:
    """Keep what somebody heard; the newest correction, or None where nothing changed.

    Whoever saw the text with secrets hidden sends ● for them, which stand for what is there. Raises NotFound,
    HiddenChanged.
    """
    row = session.get(TranscriptRow, heard.transcript_id)
    if row is None or row.call_id != call_id or not 0 <= heard.turn < len(row.turns):
        raise NotFound(f"call {call_id} has no such turn {heard.turn}; load the call again")
    machine = tuple(map(to_turn, row.turns))
    shown = list(over_turns(machine, corrections_of(session, row.id)))
    before = shown[heard.turn].text
    text = heard.text
    if not heard.unmasked:
        veil = veil_over_corrected(session, row.id, veil_of(session, call_id, row.id))
        veiled = veil.over_turns(shown)[heard.turn].text
        if before != machine[heard.turn].text:
            veiled = veil.over_text(veiled)  # as the page shows what people wrote
        text = _with_hidden(before, veiled, text)
    if text == before:
        return None
    shown[heard.turn] = corrected(machine[heard.turn], text)
    correction = CorrectionRow(
        call_id=call_id,
        transcript_id=row.id,
        turn=heard.turn,
        before=before,
        after=text,
        secrets=secrets_in(shown, calls.get_call(session, call_id).facts),
        user_id=user.id,
        at=now(),
    )
    return _kept(session, correction)


def machine_text(session: Session, call_id: str, transcript_id: int, turn: int) -> str:
    """What the machine heard in a turn. Raises NotFound."""
    row = session.get(TranscriptRow, transcript_id)
    if row is None or row.call_id != call_id or not 0 <= turn < len(row.turns):
        raise NotFound(f"call {call_id} has no such turn {turn}; load the call again")
    return to_turn(row.turns[turn]).text


def _kept(session: Session, row: CorrectionRow) -> Correction:
    session.add(row)
    session.flush()
    search.index_call(session, row.call_id)
    return corrections_of(session, row.transcript_id)[row.turn]


def _with_hidden(before: str, veiled: str, text: str) -> str:
    """The text with what its ● stand for. Raises HiddenChanged where they are not those that were shown."""
    hidden = _runs(before, veiled)
    runs = _runs(text, text)
    if [len(run) for run in runs] != [len(run) for run in hidden]:
        raise HiddenChanged("each ● stands for a sign that you may not see; leave them as they are")
    for run in hidden:
        text = text.replace(HIDDEN * len(run), run, 1)
    return text


def _runs(text: str, veiled: str) -> list[str]:
    """What stands in the text where the veiled one has ● in a row."""
    runs: list[str] = []
    is_inside = False
    for sign, shown in zip(text, veiled, strict=True):
        if shown == HIDDEN:
            runs = [*runs[:-1], runs[-1] + sign] if is_inside else [*runs, sign]
        is_inside = shown == HIDDEN
    return runs
