"""What people say of a call beside their decisions, with secrets hidden or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.added_findings import AddedFinding, all_of
from ledger.corrections import Correction, corrections_of, over_turns
from ledger.records import Turn
from ledger.redaction.hiding import Veil
from ledger.review_marks import ReviewMarks, marks_of
from ledger.secrets_told import veil_over_corrected


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A turn as people heard it, else as the machine did."""

    turn: Turn
    correction: Correction | None = None  # the newest, be it taken back
    machine: str | None = None  # what the machine heard, where that is something else


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What people say of the call beside the machine's findings."""

    added: tuple[AddedFinding, ...] = ()
    marks: tuple[ReviewMarks, ...] = ()


def said_in(
    session: Session,
    transcript_id: int | None,
    turns: Sequence[Turn],
    veil: Veil,
    *,
    is_blind: bool,
    unmasked: bool,
) -> list[Said]:
    """The turns of a transcript with its corrections; whoever is blind gets the machine's alone.

    The veil is that of the transcript.
    """
    if transcript_id is None:
        return []
    corrections = {} if is_blind else corrections_of(session, transcript_id)
    heard, machine = over_turns(turns, corrections), tuple(turns)
    changed = [before.text != after.text for before, after in zip(turns, heard, strict=True)]
    if not unmasked:
        machine = veil.over_turns(turns)
        if any(changed):
            heard = _veiled(veil_over_corrected(session, transcript_id, veil), heard, changed)
        else:
            heard = machine
    return [
        Said(
            turn=turn,
            correction=corrections.get(number),
            machine=machine[number].text if changed[number] else None,
        )
        for number, turn in enumerate(heard)
    ]


def heard_beside(session: Session, call_id: str, veil: Veil, *, unmasked: bool) -> Beside:
    """What people added and how they marked the call."""
    added, marks = all_of(session, call_id), marks_of(session, call_id)
    if unmasked:
        return Beside(added=added, marks=marks)
    return Beside(
        added=tuple(_veiled_finding(one, veil) for one in added),
        marks=tuple(
            replace(one, comment=veil.over_text(one.comment), praise=veil.over_text(one.praise))
            for one in marks
        ),
    )


def _veiled(veil: Veil, turns: Sequence[Turn], changed: Sequence[bool]) -> tuple[Turn, ...]:
    """A corrected turn may also quote what the machine heard: none of that shows either."""
    return tuple(
        replace(turn, text=veil.over_text(turn.text)) if is_changed else turn
        for turn, is_changed in zip(veil.over_turns(turns), changed, strict=True)
    )


def _veiled_finding(one: AddedFinding, veil: Veil) -> AddedFinding:
    missed = one.missed
    return replace(
        one, missed=replace(missed, text=veil.over_text(missed.text), why=veil.over_text(missed.why))
    )
