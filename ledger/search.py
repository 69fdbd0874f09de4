"""Repository of the full-text search: what was said in calls, by characters and by sound.

A recogniser writes what it hears with other characters (故障, 鼓掌); the sound finds it nevertheless.
Entries are written in the transaction that writes, masks or deletes the transcript. They hold no secrets:
nobody learns by searching for a number whether somebody has told it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    delete,
    false,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.orm import Session

from ledger import search_grams
from ledger.corrections import (
    Corrections,
    corrected_transcripts,
    corrections_of,
    over_turns,
    secrets_in_corrected,
)
from ledger.records import Turn
from ledger.redaction.hiding import Veil
from ledger.search_grams import By
from ledger.search_text import SearchText, lines_of
from ledger.tables import SearchTextRow, TranscriptRow
from ledger.turn_rows import to_secret, to_turn

EXACT, BY_SOUND = 0, 1  # how well a call fits, the better first

_ENTRIES = select(SearchTextRow.id).where(SearchTextRow.call_id.in_(bindparam("ids", expanding=True)))
_SEARCHED = select(TranscriptRow.id, TranscriptRow.call_id, TranscriptRow.turns, TranscriptRow.secrets).where(
    TranscriptRow.id.in_(_ENTRIES)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A text that is looked for."""

    text: SearchText
    by_sound: bool

    @classmethod
    def of(cls, text: str, *, by_sound: bool = True) -> Wanted:
        """Of what somebody typed."""
        return cls(text=SearchText.of([text.replace("\n", "")]), by_sound=by_sound)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that anybody could say."""
        return not self.text.characters

    def is_single(self, fit: int) -> bool:
        """Whether it is one sign, of which the index knows nothing: it has pairs."""
        return not (self.text.character_pairs if fit == EXACT else self.text.sound_pairs)

    def fits(self, said: str) -> int | None:
        """EXACT or BY_SOUND for the text of a turn, None where it is not said there."""
        if self.text.characters in lines_of([said]):
            return EXACT
        return BY_SOUND if self.by_sound and self.text.sounds in SearchText.of([said]).sounds else None


def calls_saying(session: Session, wanted: Wanted) -> Select[Any]:
    """Ids of the calls whose newest transcript has the text; none where nobody can say it."""
    if wanted.is_empty:
        return select(SearchTextRow.call_id).where(false())
    ways = [_by(session, By.CHARACTERS, wanted.text.characters, wanted.text.character_pairs)]
    if wanted.by_sound:
        ways.append(_by(session, By.SOUNDS, wanted.text.sounds, wanted.text.sound_pairs))
    found = union(*(select(SearchTextRow.id).where(way) for way in ways))  # OR would read all texts
    return select(SearchTextRow.call_id).where(SearchTextRow.id.in_(found))


def entries_saying(session: Session, wanted: Wanted, fit: int) -> Select[Any]:
    """Ids of the entries that have all pairs of the text, in whatever order; of a single sign none."""
    if wanted.is_single(fit):
        return select(SearchTextRow.id).where(false())
    if fit == EXACT:
        return search_grams.having(session, By.CHARACTERS, wanted.text.character_pairs)
    return search_grams.having(session, By.SOUNDS, wanted.text.sound_pairs)


def fit_of(wanted: Wanted) -> ColumnElement[int]:
    """EXACT or BY_SOUND, of a row of `search_texts` that has the text."""
    is_exact = SearchTextRow.characters.like(f"%{wanted.text.characters}%")
    return case((is_exact, literal(EXACT, Integer)), else_=literal(BY_SOUND, Integer))


def turns_saying(session: Session, wanted: Wanted, fits: Mapping[str, int]) -> dict[str, list[Turn]]:
    """The turns of calls' newest transcripts that have the text, by call, in order of time.

    `fits` are the calls' own: where the text itself was said, what only sounds like it is of no interest.
    """
    return {call_id: list(turns) for call_id, turns in _saying(session, wanted, fits)}


def first_turns_saying(session: Session, wanted: Wanted, fits: Mapping[str, int]) -> dict[str, Turn]:
    """The first of these turns of each call that has any."""
    firsts = ((call_id, next(turns, None)) for call_id, turns in _saying(session, wanted, fits))
    return {call_id: turn for call_id, turn in firsts if turn is not None}


def _saying(
    session: Session, wanted: Wanted, fits: Mapping[str, int]
) -> Iterator[tuple[str, Iterator[Turn]]]:
    corrected = corrected_transcripts(session, list(fits))
    for row in session.execute(_SEARCHED, {"ids": list(fits)}).all():
        fit = fits[row.call_id]
        as_said = replace(wanted, by_sound=fit == BY_SOUND)
        yield row.call_id, _fitting(session, row, as_said, fit, is_corrected=row.id in corrected)


def _fitting(
    session: Session, row: Row[Any], wanted: Wanted, fit: int, *, is_corrected: bool
) -> Iterator[Turn]:
    """A transcript's turns that fit so well. As the machine wrote them they need no record to be read."""
    if row.secrets or is_corrected:
        turns = _searched(row, corrections_of(session, row.id) if is_corrected else {})
        yield from (turn for turn in turns if wanted.fits(turn.text) == fit)
    else:
        yield from (to_turn(data) for data in row.turns if wanted.fits(data["text"]) == fit)


def index_call(session: Session, call_id: str) -> None:
    """Search the newest transcript of a call from now on, without its secrets, and no older one."""
    forget_call(session, call_id)
    query = select(TranscriptRow).where(TranscriptRow.call_id == call_id).order_by(TranscriptRow.id.desc())
    row = session.scalars(query.limit(1)).first()
    if row is not None:
        entry = SearchText.of(turn.text for turn in _searched(row, corrections_of(session, row.id)))
        add_entry(session, row.id, call_id, entry)


def entry_of(turns: list[Turn], secrets: list[dict[str, Any]]) -> SearchText:
    """What is searched of a transcript."""
    veil = Veil.of(turns, tuple(map(to_secret, secrets)))
    return SearchText.of(turn.text for turn in veil.over_turns(turns))


def _searched(row: TranscriptRow | Row[Any], corrections: Corrections) -> list[Turn]:
    """The turns as people have corrected them, and beside these the machine's own, without their secrets."""
    turns = [to_turn(turn) for turn in row.turns]
    veil = Veil.of(turns, tuple(map(to_secret, row.secrets)))
    if not corrections:
        return list(veil.over_turns(turns))
    heard = over_turns(turns, corrections)
    found = Veil.of(heard, secrets_in_corrected(corrections.values())).beside(veil)
    shown, machine = found.over_turns(heard), veil.over_turns(turns)
    searched = list(shown)
    for number, (turn, other) in reversed(list(enumerate(zip(turns, heard, strict=True)))):
        if turn.text != other.text:
            both = (shown[number], machine[number])
            searched[number : number + 1] = [replace(one, text=found.over_text(one.text)) for one in both]
    return searched


def add_entry(session: Session, transcript_id: int, call_id: str, entry: SearchText) -> None:
    """Enter a call that has no entry."""
    row = SearchTextRow(id=transcript_id, call_id=call_id, characters=entry.characters, sounds=entry.sounds)
    session.add(row)
    session.flush()
    search_grams.add(session, transcript_id, entry)


def forget_call(session: Session, call_id: str) -> None:
    """Search nothing of a call any more."""
    row = session.scalars(select(SearchTextRow).where(SearchTextRow.call_id == call_id)).first()
    if row is not None:
        entry = SearchText(characters=row.characters, sounds=row.sounds)
        search_grams.remove(session, row.id, entry)
        session.execute(delete(SearchTextRow).where(SearchTextRow.id == row.id))


def count(session: Session) -> int:
    """How many calls can be searched."""
    return session.scalar(select(func.count()).select_from(SearchTextRow)) or 0


def _by(session: Session, by: By, text: str, pairs: list[str]) -> ColumnElement[bool]:
    """One pair is its own proof; of several the order has to be seen, and a single sign has no pair."""
    column = SearchTextRow.characters if by is By.CHARACTERS else SearchTextRow.sounds
    said = column.like(f"%{text}%")
    if not pairs:
        return said
    found = SearchTextRow.id.in_(search_grams.having(session, by, pairs))
    return found if len(pairs) == 1 and _is_pair(text, by) else found & said


def _is_pair(text: str, by: By) -> bool:
    return len(text) == 2 if by is By.CHARACTERS else len(text.split()) == 2
