"""YAML files read with the line of every key, every mistake in them told at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

MEMBER = re.compile(r"<\w+\.\w+: ('\w+')>")  # of an enum, as Python writes it
Loc = tuple[int | str, ...]  # the keys and places that lead to something in a file


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
        details = _once(error.errors(include_url=False))
        return content, None, tuple(_mistake(path, content, schema, detail) for detail in details)


def _once(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without those that only follow from others."""
    return [detail for detail in details if not _follows(detail, details)]


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """A list is too short once its wrong items are left out; a key is missing since it is misspelt."""
    loc = detail["loc"]
    if detail["type"] == "too_short":
        return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details)
    if detail["type"] != "missing":
        return False
    unknown = (other["loc"] for other in details if other["type"] == "extra_forbidden")
    return any(other[:-1] == loc[:-1] and nearest(str(other[-1]), [str(loc[-1])]) for other in unknown)


def line_of(content: Any, loc: Loc) -> int:
    """The line of a place in a file read by ruamel, or of the nearest thing above it."""
    line = 1
    for part in loc:
        if not isinstance(content, CommentedMap | CommentedSeq) or not holds(content, part):
            break
        mark = content.lc.key(part) if isinstance(content, CommentedMap) else content.lc.item(part)
        line, content = int(mark[0]) + 1, content[part]
    return line


def holds(content: Any, part: int | str) -> bool:
    """Whether there is something at a key or a place of what was read."""
    if isinstance(content, dict):
        return part in content
    return isinstance(part, int) and isinstance(content, list) and part < len(content)


def path_to(content: Any, below: Loc, text: str) -> Loc | None:
    """Where a text stands as a value below a place of what was read; None where it does not."""
    for part in below:
        if not holds(content, part):
            return None
        content = content[part]
    return next((below + path for path in _paths_to(content, text)), None)


def _paths_to(content: Any, text: str) -> Iterator[Loc]:
    if content == text:
        yield ()
    items = content.items() if isinstance(content, dict) else enumerate(content if _is_list(content) else ())
    for key, value in items:
        yield from ((key, *path) for path in _paths_to(value, text))


def _is_list(content: Any) -> bool:
    return isinstance(content, list)


def nearest(name: str, names: Iterable[str]) -> str:
    """`, did you mean 'weight'?` where a name is nearly one of those that there are; else nothing."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""


def _syntax_mistake(path: Path, error: YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
    return f"{path}:{mark.line + 1 if mark else 1}: this is not YAML: {problem}"


def _mistake(path: Path, content: Any, schema: type[BaseModel], detail: ErrorDetails) -> str:
    loc = detail["loc"]
    where = ".".join(str(part) for part in loc)
    place = f"{path}:{line_of(content, loc)}: "
    return f"{place}{where}: {_what(schema, detail)}" if where else f"{place}{_what(schema, detail)}"


def _what(schema: type[BaseModel], detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        keys = _keys_at(schema, detail["loc"][:-1])
        hint = nearest(str(detail["loc"][-1]), keys)
        return f"there is no such key{hint or ';'} keys are {', '.join(keys)}"
    if detail["type"] == "missing":
        return "this key is missing"
    message = detail["msg"].removeprefix("Value error, ")
    told = MEMBER.sub(r"\1", f"{message[:1].lower()}{message[1:]}")
    given = detail["input"]
    return told if isinstance(given, dict | list) else f"{told} (here: {given!r})"


def _keys_at(schema: type[BaseModel], loc: Loc) -> list[str]:
    """The keys of the model that stands at a location, its own before those that it shares."""
    model = schema
    for part in loc:
        field = _fields(model).get(part) if isinstance(part, str) else None
        if field:
            model = _model_within(field) or model
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """By the key that a file has, the type of what stands there."""
    names = [name for base in model.__mro__ for name in vars(base).get("__annotations__", ())]
    own = [name for name in dict.fromkeys(names) if name in model.model_fields]
    return {model.model_fields[name].alias or name: model.model_fields[name].annotation for name in own}


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_within(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)
