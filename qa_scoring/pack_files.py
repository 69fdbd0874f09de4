"""Packs from their files: read with the line of every key, every mistake told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ledger.errors import BadPack
from qa_scoring.checks import PhraseSpec
from qa_scoring.fingerprints import fingerprint
from qa_scoring.pack_schema import PackSpec, RuleSpec
from qa_scoring.phrases import Phrase, spell
from qa_scoring.sound import PhraseBook

STANDARD = Path(__file__).parent / "packs"
COMMON = "common"


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

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Each rule's content as a hash, by the rule's id."""
        return {rule.id: fingerprint(rule) for rule in self.rules}

    def _texts(self) -> Iterable[str]:
        for rule in self.rules:
            for spec in rule.check.phrases():
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


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """A file that was read, and what is wrong with it."""

    path: Path
    content: Any
    spec: PackSpec | None
    mistakes: tuple[str, ...]

    def at(self, loc: tuple[int | str, ...], what: str) -> str:
        """A mistake as one line for people."""
        return f"{self.path}:{line_of(self.content, loc)}: {what}"


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
    mistakes.extend(_mistakes_between(files))
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
        rules=tuple(_rules(spec, specs).values()),
    )


def _rules(spec: PackSpec, specs: dict[str, PackSpec]) -> dict[str, RuleSpec]:
    """By id; a pack's own rule takes the place of the one that it extends."""
    rules: dict[str, RuleSpec] = {}
    for base in spec.extends:
        rules.update(_rules(specs[base], specs))
    rules.update({rule.id: rule for rule in spec.rules})
    return {name: rule for name, rule in rules.items() if name not in spec.drop}


def read_file(path: Path, schema: type[BaseModel]) -> tuple[Any, Any, tuple[str, ...]]:
    """A YAML file's content with lines, the validated model or None, and its mistakes."""
    try:
        content = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return None, None, (f"{path}:1: cannot be read ({error}); save it as UTF-8 text",)
    except YAMLError as error:
        return None, None, (_syntax_mistake(path, error),)
    try:
        return content, schema.model_validate(content), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        return content, None, tuple(_mistake(path, content, schema, detail) for detail in details)


def _read(path: Path) -> PackFile:
    content, spec, mistakes = read_file(path, PackSpec)
    return PackFile(path=path, content=content, spec=spec, mistakes=mistakes)


def _syntax_mistake(path: Path, error: YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
    return f"{path}:{mark.line + 1 if mark else 1}: this is not YAML: {problem}"


def line_of(content: Any, loc: tuple[int | str, ...]) -> int:
    """The line of a place in a file read by ruamel, or of the nearest thing above it."""
    line = 1
    for part in loc:
        if not isinstance(content, CommentedMap | CommentedSeq) or not _holds(content, part):
            break
        mark = content.lc.key(part) if isinstance(content, CommentedMap) else content.lc.item(part)
        line, content = int(mark[0]) + 1, content[part]
    return line


def _holds(content: Any, part: int | str) -> bool:
    if isinstance(content, dict):
        return part in content
    return isinstance(part, int) and part < len(content)


def _mistake(path: Path, content: Any, schema: type[BaseModel], detail: ErrorDetails) -> str:
    loc = detail["loc"]
    where = ".".join(str(part) for part in loc)
    return f"{path}:{line_of(content, loc)}: {where}: {_what(schema, detail)}"


def _what(schema: type[BaseModel], detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return f"there is no such key; keys are {', '.join(_keys_at(schema, detail['loc'][:-1]))}"
    if detail["type"] == "missing":
        return "this key is missing"
    message = detail["msg"].removeprefix("Value error, ")
    told = f"{message[:1].lower()}{message[1:]}"
    given = detail["input"]
    return told if isinstance(given, dict | list) else f"{told} (here: {given!r})"


def _keys_at(schema: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that stands at a location."""
    model = schema
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_within(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_within(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)


def _mistakes_between(files: list[PackFile]) -> list[str]:
    known = {file.spec.id: file for file in files if file.spec}
    mistakes = [] if COMMON in known or any(not file.spec for file in files) else [_no_common(files)]
    broken = {str(file.content["id"]) for file in files if not file.spec and _holds(file.content, "id")}
    for file in files:
        if file.spec:
            mistakes.extend(_mistakes_of(file, file.spec, known, broken))
    return mistakes


def _no_common(files: list[PackFile]) -> str:
    return f"{files[0].path.parent}: there is no pack {COMMON!r}; desks without a pack fall back to it"


def _mistakes_of(
    file: PackFile, spec: PackSpec, known: dict[str, PackFile], broken: set[str]
) -> Iterable[str]:
    if known[spec.id] is not file:
        yield file.at(("id",), f"id: {spec.id!r} is also in {known[spec.id].path}; give it another id")
    for at, base in enumerate(spec.extends):
        if base in broken:
            continue  # its own mistakes are told
        if base not in known or base == spec.id:
            names = ", ".join(sorted(set(known) - {spec.id}))
            yield file.at(("extends", at), f"extends: there is no pack {base!r}; packs are {names}")
        elif (known[base].spec or spec).extends:
            yield file.at(("extends", at), f"extends: {base!r} itself extends; extend one that does not")
    seen: set[str] = set()
    for at, rule in enumerate(spec.rules):
        if rule.id in seen:
            yield file.at(("rules", at, "id"), f"rules: the rule {rule.id!r} is here twice; remove one")
        seen.add(rule.id)
        yield from _unfilled_slots(file, spec, rule, at, known)
    yield from _shared_desks(file, spec, known)


def _unfilled_slots(
    file: PackFile, spec: PackSpec, rule: RuleSpec, at: int, known: dict[str, PackFile]
) -> Iterable[str]:
    names = spec.desk_names or any(other.spec and other.spec.desk_names for other in known.values())
    if not names and any("{desk}" in text for text in _texts(rule.check.phrases())):
        yield file.at(("rules", at), f"rules: {rule.id!r} uses {{desk}}, but no pack has desk_names")


def _texts(specs: Iterable[PhraseSpec]) -> Iterable[str]:
    for spec in specs:
        yield from (spec.text, *spec.not_within)


def _shared_desks(file: PackFile, spec: PackSpec, known: dict[str, PackFile]) -> Iterable[str]:
    for at, desk in enumerate(spec.desks):
        others = [other for other in known.values() if other.spec and desk in other.spec.desks]
        if others and others[0] is not file:
            yield file.at(("desks", at), f"desks: {desk!r} is also in {others[0].path}; a desk has one pack")
