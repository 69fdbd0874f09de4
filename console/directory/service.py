"""Searches the directory, and puts what was found into the shapes of pages and programs."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from console.directory.schemas import (
    LONGEST_QUERY,
    AnswerDocument,
    EntryDocument,
    HitDocument,
    MatchDocument,
    NumberDocument,
)
from desks.directory import entries, hard_cases
from desks.directory.collecting import Search
from desks.directory.directory import Answer, Directory, Hit
from desks.directory.hard_cases import HardCase
from desks.directory.indexing import index_path, start_building
from desks.directory.records import Entry, Number
from ledger.clock import now
from ledger.records import User
from ledger.settings import Settings


def directory_of(settings: Settings) -> Directory:
    """The directory of a data directory; its index is built anew in the background when it is due."""
    return Directory(index_path(settings), partial(start_building, settings))


def search(session: Session, directory: Directory, query: str, *, limit: int, everything: bool) -> Answer:
    """Entries that fit, the best first."""
    return directory.search(session, query[:LONGEST_QUERY], at=now(), limit=limit, everything=everything)


def search_of(user: User, call_id: str, words: str, found: int) -> Search:
    """What an operator looks for during a call."""
    return Search(call_id=call_id, operator=user.name, text=words.strip(), found=found, at=now())


def known_case(session: Session, words: str) -> tuple[HardCase, Entry | None] | None:
    """Where nothing is found: what the booklet has of it, with the entry that answers it."""
    case = hard_cases.answer_to(session, words)
    if case is None:
        return None
    return case, entries.get(session, case.entry_id) if case.entry_id else None


def open_entry(session: Session, entry_id: int) -> EntryDocument:
    """One entry. Raises NotFound."""
    return entry_document(entries.get(session, entry_id))


def answer_document(answer: Answer) -> AnswerDocument:
    """What a search gave, for programs."""
    return AnswerDocument(
        took_ms=round(answer.took_ms, 1),
        is_behind=answer.is_behind,
        entries=[hit_document(hit) for hit in answer.hits],
    )


def hit_document(hit: Hit) -> HitDocument:
    """An entry that fits."""
    return HitDocument(
        **dict(entry_document(hit.entry)),
        fit=hit.tier.name.lower(),
        number=_number(hit.number) if hit.number else None,
        matches=[
            MatchDocument(
                word=match.word, field=match.field, text=match.text, first=match.first, past=match.past
            )
            for match in hit.matches
        ],
    )


def entry_document(entry: Entry) -> EntryDocument:
    """An entry as it stands now."""
    assert entry.id is not None
    return EntryDocument(
        id=entry.id,
        name=entry.name,
        aliases=list(entry.aliases),
        kind=entry.kind,
        district=entry.district,
        address=entry.address,
        numbers=[_number(number) for number in entry.numbers],
        remark=entry.remark,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        standing=entry.standing(now()),
        version=entry.changed_seq,
        asked=entry.asked,
    )


def _number(number: Number) -> NumberDocument:
    return NumberDocument(number=number.number, label=number.label)
