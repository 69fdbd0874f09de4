"""Entries as documents: what the history keeps of them, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from desks.directory.records import Entry, EntryState, Number

Document = Mapping[str, Any]  # JSON: texts, lists of texts, {"number", "label"}, times as ISO 8601 or None
NOTHING: Final = Entry(name="")  # what a new entry is written over
TIMES: Final = ("valid_from", "valid_until")
FIELDS: Final = (
    *("name", "aliases", "kind", "district", "address", "numbers", "remark"),
    *TIMES,
    "state",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field that is not the same in two documents; None: there is no such document."""

    field: str
    before: Any
    after: Any


def document_of(entry: Entry) -> dict[str, Any]:
    """Everything that a change of the entry can change."""
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "kind": entry.kind,
        "district": entry.district,
        "address": entry.address,
        "numbers": numbers_told(entry.numbers),
        "remark": entry.remark,
        "valid_from": _told(entry.valid_from),
        "valid_until": _told(entry.valid_until),
        "state": entry.state.value,
    }


def written_over(entry: Entry, document: Document) -> Entry:
    """The entry with what a document says; fields that it does not name stay."""
    return replace(entry, **{field: _READERS.get(field, str)(value) for field, value in document.items()})


def differences(before: Document | None, after: Document) -> list[Difference]:
    """Field by field, in the order of FIELDS."""
    former = before or {}
    return [
        Difference(field=field, before=former.get(field), after=after.get(field))
        for field in FIELDS
        if former.get(field) != after.get(field)
    ]


def is_listed(document: Document | None) -> bool:
    """Whether it is the document of an entry that is there and not removed."""
    return document is not None and document.get("state") == EntryState.LISTED


def numbers_told(numbers: Iterable[Number]) -> list[dict[str, str]]:
    """Numbers as a document has them."""
    return [{"number": each.number, "label": each.label} for each in numbers]


def numbers_of(told: Iterable[Mapping[str, str]]) -> tuple[Number, ...]:
    """The numbers of a document."""
    return tuple(Number(number=each["number"], label=each["label"]) for each in told)


def _told(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_READERS: Final[dict[str, Any]] = {
    "aliases": tuple,
    "numbers": numbers_of,
    "valid_from": _moment,
    "valid_until": _moment,
    "state": EntryState,
}
