"""Which pack of a desk holds on which day: packs with dates follow each other without a gap or an overlap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qa_scoring.pack_file import COMMON, Known, PackFile
from qa_scoring.pack_schema import PackSpec

ONE_DAY = timedelta(days=1)


def mistakes_in_days(file: PackFile, spec: PackSpec, known: Known) -> Iterator[str]:
    """Days of a desk of this pack on which two packs judge, or none between two; dates where none may be."""
    yield from _dates_of_all(file, spec, known)
    for at, desk in enumerate(spec.desks):
        before = _before(file, spec, known, desk)
        if before is None or before.spec is None:
            continue
        end, start = before.spec.effective_to, spec.effective_from
        if end is None or start is None or start <= end:
            told = f"is also in {before.path}; a desk has one pack at a time: give both their dates"
            yield file.at(("desks", at), f"desks: {desk!r} {told}")
        elif start != end + ONE_DAY:
            told = f"{desk!r} has no pack from {end + ONE_DAY} to {start - ONE_DAY}"
            yield file.at(("effective_from",), f"effective_from: {told}; {before.path} ends on {end}")


def _before(file: PackFile, spec: PackSpec, known: Known, desk: str) -> PackFile | None:
    """The pack of the same desk that comes before this one by its first day, then by its file's name."""
    others = [each for each in known.values() if each.spec and desk in each.spec.desks and each is not file]
    mine = _order(file, spec)
    earlier = [other for other in others if other.spec and _order(other, other.spec) < mine]
    return max(earlier, key=lambda other: _order(other, other.spec or spec), default=None)


def _order(file: PackFile, spec: PackSpec) -> tuple[date, str]:
    return (spec.effective_from or date.min, str(file.path))


def _dates_of_all(file: PackFile, spec: PackSpec, known: Known) -> Iterator[str]:
    """What others fall back to or build on holds on all days."""
    key = "effective_from" if spec.effective_from else "effective_to"
    if not spec.is_dated:
        return
    if spec.id == COMMON:
        yield file.at((key,), f"{key}: {COMMON!r} holds on all days; give dates to the packs of desks")
    users = [each.spec.id for each in known.values() if each.spec and spec.id in each.spec.extends]
    if users and spec.id != COMMON:
        told = f"{', '.join(users)} extends {spec.id!r}, which then must hold on all days"
        yield file.at((key,), f"{key}: {told}; name a pack of its own for the new days")
