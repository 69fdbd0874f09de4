"""The chain: an append-only journal in which each entry holds the hash of the one before.

A link is SHA-256 over LINK_DOMAIN and the canonical JSON (`recorder.facts.canonical`) of all other fields
of its entry. An entry holds no facts but their hash: facts can be removed, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger import chain, judgements
from ledger.chain import START, ChainEntry
from ledger.clock import now
from ledger.records import Recording
from ledger.states import ChainKind
from ledger.strays import call_columns, recording_columns
from ledger.turns import Turn, take_turns
from recorder.facts import Document, canonical, facts_of, hash_facts, time_text

LINK_DOMAIN = b"hotline chain link 1\n"  # the 1 is the encoding's version


def enter_recording(session: Session, recording: Recording, kind: ChainKind = ChainKind.SEALED) -> ChainEntry:
    """Save a sealed recording and enter it, with the facts of its call as they are now.

    In the transaction that finishes the sealing: a recording without an entry never shows.
    """
    judgements.save_recording(session, recording)
    session.flush()
    call_id = recording.call_id
    call = call_columns(session, [call_id])[call_id]
    facts = facts_of(call, recording_columns(session, [call_id])[call_id])
    return append(session, kind, call_id, recording.sha256, facts)


def append(
    session: Session, kind: ChainKind, call_id: str, audio_sha256: str | None, facts: Document
) -> ChainEntry:
    """Add an entry. `audio_sha256` is that of the recording as it is from now on; None: there is none.

    The kinds that leave a recording need the facts of `facts_of`; more may stand beside them. Others tell
    who, why, by which rule. Others who append wait until this transaction ends: let it end soon.
    """
    take_turns(session, Turn.CHAIN)
    head = _open_day(session, now())
    document = canonical(facts)
    entry = _next(head, kind, call_id, audio_sha256, hash_facts(document))
    chain.add(session, entry, document)
    return entry


def link_of(entry: ChainEntry) -> str:
    """The link that the entry's other fields give."""
    fields: Document = {
        "day": entry.day.isoformat(),
        "number": entry.number,
        "kind": str(entry.kind),
        "call_id": entry.call_id,
        "audio_sha256": entry.audio_sha256,
        "facts_sha256": entry.facts_sha256,
        "prev_sha256": entry.prev_sha256,
        "at": time_text(entry.at),
    }
    return hashlib.sha256(LINK_DOMAIN + canonical(fields).encode(errors="surrogatepass")).hexdigest()


def _open_day(session: Session, moment: datetime) -> ChainEntry:
    """The head of the day that is written to; a new day begins with an opening.

    A clock that steps back never leads to a day before the newest one.
    """
    head = chain.newest(session)
    if head is not None and head.day >= moment.date():
        return head
    opening = _opening(head, moment.date(), moment)
    chain.add(session, opening, None)
    return opening


def _opening(head: ChainEntry | None, day: date, at: datetime) -> ChainEntry:
    return _linked(
        ChainEntry(
            day=day,
            number=0,
            kind=ChainKind.OPENING,
            call_id=None,
            audio_sha256=None,
            facts_sha256=None,
            prev_sha256=head.link_sha256 if head else START,
            link_sha256="",
            at=at,
        )
    )


def _next(
    head: ChainEntry, kind: ChainKind, call_id: str, audio_sha256: str | None, facts_sha256: str
) -> ChainEntry:
    return _linked(
        ChainEntry(
            day=head.day,
            number=head.number + 1,
            kind=kind,
            call_id=call_id,
            audio_sha256=audio_sha256,
            facts_sha256=facts_sha256,
            prev_sha256=head.link_sha256,
            link_sha256="",
            at=now(),
        )
    )


def _linked(entry: ChainEntry) -> ChainEntry:
    return replace(entry, link_sha256=link_of(entry))
