"""Puts a page of the list together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from sqlalchemy.orm import Session

from console.calls.later import veiled
from console.listing import row_repository, searching
from console.listing.filters import write_cursor
from console.listing.repository import MOST_COUNTED, Asked, Found, blind_of
from console.listing.row_repository import Failed
from console.listing.schemas import (
    Count,
    Filters,
    Line,
    Listing,
    Marked,
    Moment,
    Order,
    Progress,
    Queue,
    Spot,
)
from ledger.records import Finding, Turn, User
from ledger.redaction.hiding import Veil
from ledger.search import BY_SOUND, EXACT, Wanted
from ledger.search_marks import pieces_of

__all__ = ["blind_of"]

PAGE_LENGTH = 25  # calls
START = Spot()


def list_calls(
    session: Session,
    filters: Filters,
    order: Order,
    zone: tzinfo,
    spot: Spot = START,
    *,
    viewer: User,
    blind: frozenset[str] | None = None,
) -> Listing:
    """One page of the list, with all secrets hidden and without calls that the viewer judges blind.

    Which these are `blind_of` said a moment ago; None: it is asked.
    """
    asked = Asked.of(session, filters, order, zone, viewer, blind=blind).narrowed()
    page, is_more = _cut(asked.page(spot, PAGE_LENGTH + 1), spot)
    if spot.is_before and not is_more:  # fewer than a page before it: the list from its beginning
        spot = START
        page, is_more = _cut(asked.page(spot, PAGE_LENGTH + 1), spot)
    has_before = is_more if spot.is_before else spot.cursor is not None
    has_after = spot.is_before or is_more
    return Listing(
        lines=_lines(session, page, asked),
        total=_total(asked, page, is_whole=not has_before and not has_after),
        flagged=None if filters.text else asked.count_flagged(MOST_COUNTED),
        before=write_cursor(page[0].cursor) if has_before and page else None,
        after=write_cursor(page[-1].cursor) if has_after and page else None,
        blind=len(asked.blind),
        looked_through=searching.MOST if asked.wanted and asked.wanted.is_single(EXACT) else None,
    )


def one_line(session: Session, call_id: str, filters: Filters, zone: tzinfo, viewer: User) -> Line | None:
    """One row of a list as it is now, be it that it fits the filters no more; None: not for the viewer."""
    asked = Asked.of(session, filters.unfiltered, Order(), zone, viewer)
    found = asked.one(call_id)
    return next(iter(_lines(session, [found], asked)), None) if found else None


def count_exactly(session: Session, filters: Filters, zone: tzinfo, viewer: User) -> Count:
    """How many calls the filters let through, all of them counted."""
    return Asked.of(session, filters, Order(), zone, viewer).count(most=None)


def count_queues(
    session: Session, zone: tzinfo, viewer: User, queues: Sequence[Queue], blind: frozenset[str]
) -> dict[Queue, Count]:
    """How much waits in each queue, up to what is counted, but for the calls that are judged blind."""
    return {
        queue: Asked.of(session, Filters(queue=queue), Order(), zone, viewer, blind=blind).count(MOST_COUNTED)
        for queue in queues
    }


def _cut(found: list[Found], spot: Spot) -> tuple[list[Found], bool]:
    is_more = len(found) > PAGE_LENGTH
    return (found[-PAGE_LENGTH:] if spot.is_before else found[:PAGE_LENGTH]), is_more


def _total(asked: Asked, page: Sequence[Found], *, is_whole: bool) -> Count:
    """Of a text only what the page shows: to count what many say, one has to read it all."""
    if asked.wanted:
        return Count(total=len(page), is_exact=is_whole)
    return asked.counted or asked.count(MOST_COUNTED)


def _lines(session: Session, page: Sequence[Found], asked: Asked) -> tuple[Line, ...]:
    ids = [found.call.id for found in page]
    failed = row_repository.failed_findings(session, ids)
    veils = row_repository.veils_of(session, ids)
    progress = row_repository.progress_of(session, ids)
    kept = row_repository.kept_calls(session, ids)
    marked = row_repository.own_marks(session, ids, asked.viewer)
    later = row_repository.flagged_parts(session, ids)
    lines = [
        replace(
            _line(found, failed.get(found.call.id, []), veils.get(found.call.id)),
            progress=progress.get(found.call.id, Progress()),
            is_kept=found.call.id in kept,
            marked=marked.get(found.call.id, Marked()),
            later=tuple(veiled(part, veils.get(found.call.id)) for part in later.get(found.call.id, ())),
        )
        for found in page
    ]
    if asked.wanted is None:
        return tuple(lines)
    fits = {found.call.id: found.cursor.fit for found in page}
    said = row_repository.first_turns_saying(session, asked.wanted, fits)
    return tuple(_with_moment(line, said.get(line.call.id), asked.wanted, fits) for line in lines)


def _line(found: Found, failed: list[Failed], veil: Veil | None) -> Line:
    worst = _worst(failed)
    waiting = _worst([each for each in failed if each.decision is None])
    return Line(
        call=found.call,
        worst=_hidden(worst, veil),
        open_finding=_hidden(waiting, veil),
        undecided=sum(each.decision is None for each in failed),
        held=frozenset(each.row.rule for each in failed if each.row.held),
    )


def _worst(failed: Sequence[Failed]) -> Finding | None:
    """The one that takes off most among those with words, else among all."""
    first = next((each for each in failed if each.has_words), next(iter(failed), None))
    return first.finding if first else None


def _hidden(finding: Finding | None, veil: Veil | None) -> Finding | None:
    return veil.over_finding(finding) if veil and finding else finding


def _with_moment(line: Line, turn: Turn | None, wanted: Wanted, fits: Mapping[str, int]) -> Line:
    """With the first turn that has the text."""
    if turn is None:
        return line
    fit = fits[line.call.id]
    return replace(
        line,
        said=Moment(
            role=turn.role,
            start_s=turn.start_s,
            text=turn.text,
            by_sound=fit == BY_SOUND,
            spans=pieces_of(turn.text, wanted, fit),
        ),
    )
