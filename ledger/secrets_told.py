"""Repository of the secrets that callers told: kept with each transcript, found again by a newer finder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from ledger import calls, search
from ledger.corrections import (
    corrected_transcripts,
    corrections_of,
    over_turns,
    secrets_in_corrected,
)
from ledger.records import Secret, Turn
from ledger.redaction.finding import FINDER, find_secrets
from ledger.redaction.hiding import Veil
from ledger.states import FactKey
from ledger.tables import CorrectionRow, TranscriptRow
from ledger.turn_rows import to_secret, to_turn

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SECRETS = (
    select(TranscriptRow.id, TranscriptRow.call_id, TranscriptRow.secrets)
    .where(TranscriptRow.call_id.in_(_IDS))
    .order_by(TranscriptRow.id)
)
_TURNS = select(TranscriptRow.id, TranscriptRow.turns).where(TranscriptRow.id.in_(_IDS))


def secrets_in(turns: Sequence[Turn], facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a transcript's row keeps of the secrets in its turns."""
    return [asdict(secret) for secret in find_secrets(turns, facts.get(FactKey.DIRECTORY_NUMBER, ""))]


def secrets_of(session: Session, call_id: str) -> tuple[Secret, ...]:
    """The secrets of all of a call's transcripts: what one model missed another, or a person, has heard."""
    heard = select(TranscriptRow.secrets).where(TranscriptRow.call_id == call_id).order_by(TranscriptRow.id)
    put_right = select(CorrectionRow.secrets).where(CorrectionRow.call_id == call_id)
    rows = (*session.scalars(heard), *session.scalars(put_right.order_by(CorrectionRow.id)))
    return tuple(dict.fromkeys(to_secret(secret) for row in rows for secret in row))


def veils_of(session: Session, call_ids: Sequence[str]) -> dict[str, Veil]:
    """What must not be shown of these calls; those without secrets are left out.

    Places are those of the newest transcript; words are of all, for a scorecard may quote an older one.
    """
    rows = session.execute(_SECRETS, {"ids": call_ids}).all()
    with_secrets = [row.id for row in rows if row.secrets]
    turns = session.execute(_TURNS, {"ids": with_secrets}) if with_secrets else ()
    turns_by_id = {id_: list(map(to_turn, said)) for id_, said in turns}
    veils: dict[str, Veil] = {}
    for row in rows:
        veil = Veil.of(turns_by_id.get(row.id, ()), tuple(map(to_secret, row.secrets)))
        veils[row.call_id] = veil.beside(veils.get(row.call_id))
    for transcript_id, call_id in corrected_transcripts(session, call_ids).items():
        veils[call_id] = veils[call_id].beside(_veil_of_corrected(session, transcript_id))
    return {call_id: veil for call_id, veil in veils.items() if veil.words}


def veil_of(session: Session, call_id: str, transcript_id: int | None = None) -> Veil:
    """What must not be shown of a call; the places are those of one transcript (None: the newest)."""
    veil = veils_of(session, [call_id]).get(call_id, Veil(secrets=(), words=()))
    if transcript_id is None:
        return veil
    row = session.get_one(TranscriptRow, transcript_id)
    return Veil.of(list(map(to_turn, row.turns)), tuple(map(to_secret, row.secrets))).beside(veil)


def veil_over_corrected(session: Session, transcript_id: int, veil: Veil) -> Veil:
    """The same over a transcript as people have corrected it: other places, all words of the veil."""
    return _veil_of_corrected(session, transcript_id).beside(veil)


def _veil_of_corrected(session: Session, transcript_id: int) -> Veil:
    row = session.get_one(TranscriptRow, transcript_id)
    corrections = corrections_of(session, transcript_id)
    turns = over_turns(tuple(map(to_turn, row.turns)), corrections)
    if not corrections:
        return Veil.of(turns, tuple(map(to_secret, row.secrets)))
    return Veil.of(turns, secrets_in_corrected(corrections.values()))


def due_for_finding(session: Session, *, again: bool, after: int, limit: int) -> list[int]:
    """Ids of transcripts, in order, that an older finder has looked at, or all of them."""
    query = select(TranscriptRow.id).where(TranscriptRow.id > after)
    if not again:
        query = query.where(TranscriptRow.finder < FINDER)
    return list(session.scalars(query.order_by(TranscriptRow.id).limit(limit)))


def find_again(session: Session, transcript_ids: Sequence[int]) -> Iterator[Secret]:
    """Find the secrets of transcripts anew, and search them without these. Gives what was found."""
    rows = session.scalars(select(TranscriptRow).where(TranscriptRow.id.in_(transcript_ids)))
    for row in list(rows):
        turns, facts = tuple(map(to_turn, row.turns)), calls.get_call(session, row.call_id).facts
        row.secrets = secrets_in(turns, facts)
        corrections = corrections_of(session, row.id)
        if corrections:
            newest = session.get_one(CorrectionRow, max(each.id for each in corrections.values()))
            newest.secrets = secrets_in(over_turns(turns, corrections), facts)
        row.finder = FINDER
        session.flush()
        search.index_call(session, row.call_id)
        yield from map(to_secret, row.secrets)
