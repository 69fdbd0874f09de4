"""A segment: entries as they were at one moment, laid out so that they can be searched."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from desks.directory import arrays
from desks.directory.compiling import compile_texts
from desks.directory.entries import Place
from desks.directory.lexicon import Items, Lexicon
from desks.directory.records import Entry, EntryState
from desks.directory.telephone import prefix_keys, suffix_keys
from ledger.errors import StorageError

ALWAYS: Final = -(2**62)  # seconds since 1970
FOREVER: Final = 2**62
NAMES, TRAITS = "names", "traits"

_DIGITS = re.compile(r"\d+")
_COUNTERS = re.compile(r"^[号楼层室栋幢座之#\-—、,，\s]+")


@dataclass(frozen=True, kw_only=True, eq=False)
class Segment:
    """Items are entries, those first that are asked for most; a trait is a text that many entries share."""

    place: Place  # of the changes that are in it
    entry_ids: NDArray[np.int32]
    asked: NDArray[np.int32]
    valid_from: NDArray[np.int64]  # seconds since 1970
    valid_until: NDArray[np.int64]
    names: Lexicon  # names and aliases of entries
    traits: Lexicon  # districts, kinds, parts of addresses, labels of numbers: an item is one of them
    trait_starts: NDArray[np.int64]  # where the entries of each trait begin
    trait_items: Items
    item_starts: NDArray[np.int64]  # where the traits of each entry begin
    item_traits: Items
    number_keys: NDArray[np.uint64]  # ascending, see `telephone`
    number_items: Items
    tail_keys: NDArray[np.uint64]
    tail_items: Items
    ids: NDArray[np.int32]  # of entries, ascending
    by_id: Items  # of these the items

    @property
    def count(self) -> int:
        """How many entries."""
        return len(self.entry_ids)

    def having(self, trait: int) -> Items:
        """Entries that have a trait."""
        return self.trait_items[self.trait_starts[trait] : self.trait_starts[trait + 1]]

    def items_of(self, ids: Iterable[int]) -> Items:
        """Items of entries by their ids; those that are not here are left out."""
        wanted = np.fromiter(ids, dtype=np.int32)
        places = np.minimum(np.searchsorted(self.ids, wanted), max(self.count - 1, 0))
        return self.by_id[places[self.ids[places] == wanted]] if self.count else self.by_id

    def save(self, path: Path) -> None:
        """Write it as a file. Raises StorageError."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        of_lexica = {**self.names.arrays(NAMES), **self.traits.arrays(TRAITS)}
        place = {"changed_seq": self.place.changed_seq, "id": self.place.id}
        arrays.save(path, {**plain, **of_lexica}, {"place": place})

    @classmethod
    def open(cls, path: Path) -> Segment:
        """Of a file that is mapped. Raises StorageError."""
        found, facts = arrays.open_arrays(path)
        missing = [name for name in _PLAIN if name not in found]
        if missing:
            raise StorageError(
                f"{path} is an index of another version ({missing[0]} is missing); build it again"
            )
        plain: dict[str, Any] = {name: found[name] for name in _PLAIN}
        return cls(
            place=Place(**facts["place"]),
            names=Lexicon.of(found, NAMES),
            traits=Lexicon.of(found, TRAITS),
            **plain,
        )


_PLAIN: Final = (
    *("entry_ids", "asked", "valid_from", "valid_until", "trait_starts", "trait_items", "item_starts"),
    *("item_traits", "number_keys", "number_items", "tail_keys", "tail_items", "ids", "by_id"),
)


@dataclass(kw_only=True)
class _Gathered:
    """What is read of entries, in the order in which they come."""

    ids: array[int] = field(default_factory=partial(array, "i"))
    asked: array[int] = field(default_factory=partial(array, "i"))
    valid_from: array[int] = field(default_factory=partial(array, "q"))
    valid_until: array[int] = field(default_factory=partial(array, "q"))
    texts: list[str] = field(default_factory=list)
    texts_of: array[int] = field(default_factory=partial(array, "i"))  # the entry, by its place above
    traits: dict[str, int] = field(default_factory=dict)
    traits_of: array[int] = field(default_factory=partial(array, "i"))
    trait_ids: array[int] = field(default_factory=partial(array, "i"))
    numbers: list[str] = field(default_factory=list)
    numbers_of: array[int] = field(default_factory=partial(array, "i"))

    def add(self, entry: Entry) -> None:
        """Take in an entry."""
        at = len(self.ids)
        assert entry.id is not None
        self.ids.append(entry.id)
        self.asked.append(min(entry.asked, 2**31 - 1))
        self.valid_from.append(_seconds(entry.valid_from, ALWAYS))
        self.valid_until.append(_seconds(entry.valid_until, FOREVER))
        for text in (entry.name, *entry.aliases):
            self.texts.append(text)
            self.texts_of.append(at)
        traits = {trait for text in _sources(entry) for trait in self._traits_of(text)}
        self.traits_of.extend(repeat(at, len(traits)))
        self.trait_ids.extend(traits)
        for number in entry.numbers:
            self.numbers.append(number.number)
            self.numbers_of.append(at)

    def _traits_of(self, text: str) -> Iterator[int]:
        for part in traits_in(text):
            yield self.traits.setdefault(part, len(self.traits))


def build(entries: Iterable[Entry], place: Place) -> Segment:
    """A segment of entries; removed ones are left out."""
    gathered = _Gathered()
    for entry in entries:
        if entry.state is EntryState.LISTED:
            gathered.add(entry)
    return _laid_out(gathered, place)


def traits_in(text: str) -> list[str]:
    """The parts of an address: words and figures apart, without what only counts houses."""
    if not text:
        return []
    words = (_COUNTERS.sub("", part) for part in _DIGITS.split(text))
    return [*filter(None, words), *_DIGITS.findall(text)]


def _sources(entry: Entry) -> Iterator[str]:
    yield from (entry.kind, entry.district, entry.address)
    for number in entry.numbers:
        yield number.label


def _laid_out(gathered: _Gathered, place: Place) -> Segment:
    asked = np.array(gathered.asked, dtype=np.int32)
    ids = np.array(gathered.ids, dtype=np.int32)
    order = np.lexsort((ids, -asked))
    item_of = np.empty(len(order), dtype=np.int32)
    item_of[order] = np.arange(len(order), dtype=np.int32)
    count = len(ids)
    texts_of = item_of[np.array(gathered.texts_of, dtype=np.int64)]
    text_order = np.argsort(texts_of, kind="stable")
    texts = (gathered.texts[at] for at in text_order.tolist())
    traits_of = item_of[np.array(gathered.traits_of, dtype=np.int64)]
    trait_ids = np.array(gathered.trait_ids, dtype=np.int32)
    numbers_of = item_of[np.array(gathered.numbers_of, dtype=np.int64)]
    trait_starts, trait_items = _grouped(trait_ids, traits_of, len(gathered.traits))
    item_starts, item_traits = _grouped(traits_of, trait_ids, count)
    number_keys, number_items = _sorted(prefix_keys(gathered.numbers), numbers_of)
    tail_keys, tail_items = _sorted(suffix_keys(gathered.numbers), numbers_of)
    return Segment(
        place=place,
        entry_ids=ids[order],
        asked=asked[order],
        valid_from=np.array(gathered.valid_from, dtype=np.int64)[order],
        valid_until=np.array(gathered.valid_until, dtype=np.int64)[order],
        names=compile_texts(texts, texts_of[text_order], count),
        traits=compile_texts(gathered.traits, range(len(gathered.traits)), len(gathered.traits)),
        trait_starts=trait_starts,
        trait_items=trait_items,
        item_starts=item_starts,
        item_traits=item_traits,
        number_keys=number_keys,
        number_items=number_items,
        tail_keys=tail_keys,
        tail_items=tail_items,
        ids=np.sort(ids),
        by_id=item_of[np.argsort(ids, kind="stable")],
    )


def _grouped(groups: Items, members: Items, count: int) -> tuple[NDArray[np.int64], Items]:
    keys = (groups.astype(np.int64) << 32) | members
    keys.sort()
    return np.searchsorted(keys, np.arange(count + 1, dtype=np.int64) << 32), (keys & 0xFFFFFFFF).astype(
        np.int32
    )


def _sorted(keys: NDArray[np.uint64], items: Items) -> tuple[NDArray[np.uint64], Items]:
    order = np.argsort(keys, kind="stable")
    return keys[order], items[order]


def _seconds(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.astimezone(UTC).timestamp())
