"""YAML files read with the place of every key, so that each mistake can name its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Where = tuple[str | int, ...]  # the way from the top to a value: keys and list positions

_LONGEST_FILE_BYTES = 4_000_000
_MOST_VALUES = 100_000  # aliases of aliases can name billions in a few lines
_DEEPEST = 40  # an alias may stand inside what it names
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, kw_only=True, order=True)
class Mistake:
    """One thing that is wrong, and where."""

    line: int  # from 1
    where: str  # the keys joined with dots; empty where there is none
    what: str

    def told(self, file: Path) -> str:
        """As one line for people."""
        keys = f"{self.where}: " if self.where else ""
        told = f"{file.name}:{self.line}: {keys}{self.what}"
        return " ".join(told.splitlines())  # a key may hold a line's end


@dataclass(kw_only=True)
class Document:
    """A file's content. Scalars are strings as written, or None; a schema tells what they mean."""

    content: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, where: Where) -> int:
        """The line of a value's key, or of the nearest thing above that the file has."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def at(self, where: Where) -> Any:
        """The value at a place, or None where the file has none."""
        here = self.content
        for part in where:
            if isinstance(here, dict):
                here = here.get(part)
            elif isinstance(here, list) and isinstance(part, int) and part < len(here):
                here = here[part]
            else:
                return None
        return here

    def add(self, where: Where, what: str, *, line: int | None = None) -> None:
        """Note a mistake, in the line of its place unless told otherwise."""
        mistake = Mistake(line=line or self.line(where), where=dotted(where), what=what)
        self.mistakes.append(mistake)


def dotted(where: Where) -> str:
    """A way through the file as people write it."""
    return ".".join(str(part) for part in where)


def read_yaml(path: Path) -> Document:
    """Read a file. What cannot be read at all is a mistake in a document without content."""
    document = Document()
    text = _read_text(path, document)
    if text is None:
        return document
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # YAML 1.2 lets a later anchor take an earlier one's name
    try:
        root = yaml.compose(text)
    except YAMLError as error:
        document.mistakes.append(_syntax_mistake(error))
        return document
    except RecursionError:
        document.add((), "the file is nested too deeply")
        return document
    if root is None:
        document.add((), "the file is empty")
        return document
    try:
        document.content = _Builder(document).value(root, ())
    except _TooLarge as error:
        document.mistakes.append(Mistake(line=error.line, where="", what=str(error)))
    return document


def _read_text(path: Path, document: Document) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        document.add((), f"cannot read {path}: {error.strerror}")
        return None
    if len(raw) > _LONGEST_FILE_BYTES:
        document.add((), f"the file has {len(raw)} bytes; {_LONGEST_FILE_BYTES} are the most")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = "the file is not UTF-8; save it as UTF-8 in your editor"
        document.mistakes.append(Mistake(line=line, where="", what=what))
        return None


def _syntax_mistake(error: YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    context = error.context if isinstance(error, MarkedYAMLError) else None
    problem = error.problem if isinstance(error, MarkedYAMLError) else str(error).splitlines()[0]
    what = f"this is no YAML: {', '.join(part for part in (context, problem) if part)}"
    if "alias" in f"{context} {problem}":
        what += '; what begins with * must stand in quotes: "*"'
    return Mistake(line=line, where="", what=what)


class _TooLarge(Exception):
    """The file has too many values or too deep ones."""

    def __init__(self, line: int) -> None:
        super().__init__("the file is too large, too deep, or an alias (*) stands inside what it names")
        self.line = line


class _Builder:
    """Turns YAML nodes into plain values and notes their lines."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._values = 0

    def value(self, node: Node, where: Where) -> Any:
        self._document.lines.setdefault(where, node.start_mark.line + 1)
        self._values += 1
        if self._values > _MOST_VALUES or len(where) > _DEEPEST:
            raise _TooLarge(node.start_mark.line + 1)
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._document.add(where, f"the tag {node.tag} means nothing here; leave it out")
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        if isinstance(node, SequenceNode):
            return self._list(node, where)
        return self._scalar(node)

    def _scalar(self, node: Node) -> str | None:
        plain = getattr(node, "style", None) is None
        return None if plain and node.value in _NULLS else str(node.value)

    def _list(self, node: SequenceNode, where: Where) -> list[Any]:
        return [self.value(item, (*where, place)) for place, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, where: Where) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._note(line, where, "a key must be a word or a number, not a list or a mapping")
                continue
            key = str(key_node.value)
            if key in content:
                first = self._document.lines[(*where, key)]
                self._note(line, (*where, key), f"this key is here twice, first in line {first}; remove one")
                continue
            self._document.lines[(*where, key)] = line
            content[key] = self.value(value_node, (*where, key))
        return content

    def _note(self, line: int, where: Where, what: str) -> None:
        self._document.mistakes.append(Mistake(line=line, where=dotted(where), what=what))
