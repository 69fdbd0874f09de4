"""Lists of what was added, removed and changed within a time (增、删、改): what came of it, not each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desks.directory.documents import Difference, Document, differences, is_listed
from desks.directory.history import Change, Kind, changes_between, kind_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What came of an entry within a time."""

    entry_id: int
    before: Document | None
    after: Document
    at: datetime  # of its last change

    @property
    def kind(self) -> Kind:
        """Added, removed or changed."""
        return kind_of(self.before, self.after)

    @property
    def document(self) -> Document:
        """What there is to be read: of a removed entry what it was."""
        return self.before if self.before and self.kind is Kind.REMOVED else self.after

    @property
    def differences(self) -> list[Difference]:
        """Field by field."""
        return differences(self.before, self.after)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeList:
    """The entries of a time, in the order in which they last changed."""

    since: datetime
    until: datetime  # the first moment after
    of_kind: dict[Kind, list[Listed]]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(len(listed) for listed in self.of_kind.values())


def list_changes(
    session: Session, since: datetime, until: datetime, *, district: str = "", kind: str = ""
) -> ChangeList:
    """What came of the changes of a time, of a district and a kind of entries where one is named.

    An entry that was changed and changed back is in no list.
    """
    found = _net(changes_between(session, since, until))
    of_kind: dict[Kind, list[Listed]] = {each: [] for each in Kind}
    for listed in sorted(found, key=lambda one: (one.at, one.entry_id)):
        if _is_of(listed, "district", district) and _is_of(listed, "kind", kind):
            of_kind[listed.kind].append(listed)
    return ChangeList(since=since, until=until, of_kind=of_kind)


def _net(changes: Iterable[Change]) -> list[Listed]:
    first: dict[int, Document | None] = {}
    last: dict[int, Change] = {}
    for change in changes:
        first.setdefault(change.entry_id, change.before)
        last[change.entry_id] = change
    found = [
        Listed(entry_id=entry_id, before=first[entry_id], after=change.after, at=change.at)
        for entry_id, change in last.items()
    ]
    return [one for one in found if one.differences and (is_listed(one.before) or is_listed(one.after))]


def _is_of(listed: Listed, field: str, wanted: str) -> bool:
    """Whether it is or was of a district or a kind."""
    return not wanted or wanted in {(listed.before or {}).get(field), listed.after[field]}
