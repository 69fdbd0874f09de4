"""Packs from their files, ready to judge with; every mistake in them is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from ledger.errors import BadPack
from qa_scoring.inheriting import rules_of
from qa_scoring.pack_mistakes import COMMON, PackFile, mistakes_between
from qa_scoring.pack_schema import PackSpec, RuleSpec
from qa_scoring.phrases import Phrase, spell
from qa_scoring.reading import read_file
from qa_scoring.sound import PhraseBook

STANDARD = Path(__file__).parent / "packs"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """All norms of one desk, those that it extends among them, ready to judge with."""

    id: str
    version: str
    title: str
    desks: tuple[str, ...]
    desk_names: tuple[str, ...]
    rules: tuple[RuleSpec, ...]

    def spelled(self, text: str) -> tuple[Phrase, ...]:
        """The phrases that a text of this pack stands for."""
        return spell(text, self.desk_names)

    @cached_property
    def book(self) -> PhraseBook:
        """Every phrase of every rule, compiled together."""
        return PhraseBook.of(phrase for text in self._texts() for phrase in self.spelled(text))

    def _texts(self) -> Iterable[str]:
        for rule in self.rules:
            for spec in rule.all_phrases():
                yield from (spec.text, *spec.not_within)


@dataclass(frozen=True, kw_only=True)
class Packs:
    """Every pack of a folder."""

    packs: tuple[Pack, ...]

    def for_desk(self, desk: str, hotline: str) -> Pack:
        """The desk's pack, else the dialled number's, else the common one."""
        for name in (desk, hotline):
            found = next((pack for pack in self.packs if name and name in pack.desks), None)
            if found:
                return found
        return self.by_id(COMMON)

    def by_id(self, pack_id: str) -> Pack:
        """One pack. Raises BadPack."""
        found = next((pack for pack in self.packs if pack.id == pack_id), None)
        if found is None:
            raise BadPack(
                f"there is no pack {pack_id!r}; packs are {', '.join(pack.id for pack in self.packs)}"
            )
        return found


def load_packs(folder: Path | None = None) -> Packs:
    """All packs of a folder (the standard ones without), read again only when a file has changed.

    Raises BadPack with every mistake, one a line.
    """
    paths = sorted((folder or STANDARD).glob("*.yaml"))
    if not paths:
        raise BadPack(f"{folder} has no packs (*.yaml); name the folder that has common.yaml")
    return _load(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


@lru_cache(maxsize=4)
def _load(stamps: tuple[tuple[Path, int, int], ...]) -> Packs:
    files = [_read(path) for path, _, _ in stamps]
    mistakes = [mistake for file in files for mistake in file.mistakes]
    mistakes.extend(mistakes_between(files))
    if mistakes:
        raise BadPack("\n".join(mistakes))
    specs = {file.spec.id: file.spec for file in files if file.spec}
    return Packs(packs=tuple(_pack(spec, specs) for spec in specs.values()))


def _pack(spec: PackSpec, specs: dict[str, PackSpec]) -> Pack:
    every_name = dict.fromkeys(name for each in specs.values() for name in each.desk_names)
    return Pack(
        id=spec.id,
        version=spec.version,
        title=spec.title,
        desks=spec.desks,
        desk_names=spec.desk_names or tuple(every_name),
        rules=tuple(rules_of(spec, specs).values()),
    )


def _read(path: Path) -> PackFile:
    content, spec, mistakes = read_file(path, PackSpec)
    return PackFile(path=path, content=content, spec=spec, mistakes=mistakes)
