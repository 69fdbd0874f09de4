"""Packs from their files, ready to judge with; every mistake in them is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from ledger.errors import BadPack
from qa_scoring.conversation import Conversation
from qa_scoring.fingerprints import fingerprints
from qa_scoring.inheriting import desk_names_of, limits_of, rules_of, synonyms_of
from qa_scoring.pack_file import COMMON, PackFile
from qa_scoring.pack_mistakes import mistakes_between
from qa_scoring.pack_schema import Dimension, PackSpec, RuleSpec
from qa_scoring.phrases import CONTEXT_LIKENESS, DOUBT_WIDTH, Phrase, spell
from qa_scoring.reading import read_file
from qa_scoring.sound import PhraseBook
from qa_scoring.wordings import expanded, wordings

STANDARD = Path(__file__).parent / "packs"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """All norms of one desk, those that it extends among them, ready to judge with."""

    spec: PackSpec
    desk_names: tuple[str, ...]
    rules: tuple[RuleSpec, ...]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[Dimension, float] = field(default_factory=dict)  # the most that each may take off

    @property
    def id(self) -> str:
        """Its name among packs."""
        return self.spec.id

    @property
    def version(self) -> str:
        """Which of its versions."""
        return self.spec.version

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.spec.title

    @property
    def desks(self) -> tuple[str, ...]:
        """For which desks, or numbers dialled, it holds."""
        return self.spec.desks

    @property
    def precision_floor(self) -> float:
        """A rule of which less is known to be right stops deducting."""
        return self.spec.precision_floor

    @property
    def trial_deducts(self) -> bool:
        """Whether a rule of which too little is known deducts."""
        return self.spec.trial_deducts

    def spelled(self, text: str) -> tuple[Phrase, ...]:
        """The phrases that a text of this pack stands for; of one with slots those of its wordings."""
        if text not in self._spelled:
            self._spelled[text] = tuple(
                phrase
                for wording in wordings(text)
                for phrase in spell(expanded(wording, self.synonyms), self.desk_names)
            )
        return self._spelled[text]

    @cached_property
    def _spelled(self) -> dict[str, tuple[Phrase, ...]]:
        return {}

    def only(self, rule_id: str) -> Pack:
        """The one rule, and those whose hits its windows hang on: says the same of it, and is sooner done.

        Raises BadPack where there is no such rule.
        """
        if rule_id not in self._narrowed:
            needed = self._needed_by(rule_id)
            rules = tuple(rule for rule in self.rules if rule.id in needed)
            self._narrowed[rule_id] = replace(self, rules=rules)
        return self._narrowed[rule_id]

    @cached_property
    def _narrowed(self) -> dict[str, Pack]:
        """What `only` has made."""
        return {}

    def _needed_by(self, rule_id: str) -> set[str]:
        rule = next((rule for rule in self.rules if rule.id == rule_id), None)
        if rule is None:
            raise BadPack(f"the pack {self.id!r} does not have the rule {rule_id!r}")
        return {rule_id}.union(*(self._needed_by(other) for other in rule.needs))

    @cached_property
    def book(self) -> PhraseBook:
        """Every phrase of every rule, compiled together."""
        asked: dict[Phrase, float] = {}
        for text, likeness in self._asked():
            for phrase in self.spelled(text):
                least = phrase.needed_likeness - DOUBT_WIDTH if likeness is None else likeness
                asked[phrase] = min(least, asked.get(phrase, least))
        return PhraseBook.of(asked, asked)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Each rule's content as a hash, by the rule's id."""
        return fingerprints(self.rules, self.synonyms)

    def _asked(self) -> Iterable[tuple[str, float | None]]:
        """Every text, and from which likeness on rules ask for it; None: as it needs, and in doubt."""
        for rule in self.rules:
            for spec in rule.all_phrases():
                yield spec.text, spec.likeness and spec.likeness - DOUBT_WIDTH
                yield from ((text, CONTEXT_LIKENESS) for text in spec.not_within)
                yield from ((text, None) for text in spec.answered_by)


@dataclass(frozen=True, kw_only=True)
class Packs:
    """Every pack of a folder."""

    packs: tuple[Pack, ...]

    def for_desk(self, desk: str, hotline: str, day: date | None = None) -> Pack:
        """The desk's pack of that day, else the dialled number's, else the common one.

        Without a day it is the one that holds until further notice.
        """
        for name in (desk, hotline):
            found = [pack for pack in self.packs if name and name in pack.desks and _holds(pack, day)]
            if found:
                return found[0]
        return self.by_id(COMMON)

    def of(self, conversation: Conversation) -> Pack:
        """The pack that judges a conversation: its desk's on its day."""
        return self.for_desk(conversation.desk, conversation.hotline, conversation.day)

    def by_id(self, pack_id: str) -> Pack:
        """One pack. Raises BadPack."""
        found = next((pack for pack in self.packs if pack.id == pack_id), None)
        if found is None:
            raise BadPack(
                f"there is no pack {pack_id!r}; packs are {', '.join(pack.id for pack in self.packs)}"
            )
        return found


def _holds(pack: Pack, day: date | None) -> bool:
    return pack.spec.effective_to is None if day is None else pack.spec.is_in_force(day)


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
    return Pack(
        spec=spec,
        desk_names=desk_names_of(spec, specs),
        rules=tuple(rules_of(spec, specs).values()),
        synonyms=synonyms_of(spec, specs),
        limits=limits_of(spec, specs),
    )


def _read(path: Path) -> PackFile:
    content, spec, mistakes = read_file(path, PackSpec)
    return PackFile(path=path, content=content, spec=spec, mistakes=mistakes)
