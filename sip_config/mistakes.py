"""What pydantic finds wrong, in plain words and with the line in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sip_config.yaml_file import Document, Where

_KINDS = {
    "string_type": "must be text",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "model_attributes_type": "must be a mapping (key: value)",
    "path_type": "must be the name of a folder",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
_BOUNDS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}


Schema = TypeVar("Schema")


def validate(document: Document, schema: TypeAdapter[Schema], shape: Any) -> Schema | None:
    """The document as `shape` (what `schema` adapts), or None after noting what is wrong with it."""
    if document.content is None and document.mistakes:
        return None
    try:
        return schema.validate_python(document.content)
    except ValidationError as error:
        for detail in error.errors():
            document.add(_where(document, detail), _what(detail, shape))
    return None


def nearest(word: str, known: Iterable[str]) -> str:
    """A question where something known is near, else nothing: one number is not meant for another."""
    if word.isdigit():
        return ""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _where(document: Document, detail: ErrorDetails) -> Where:
    """The error's location without what is no key of the file, e.g. the member of a union."""
    where: Where = ()
    for part in detail["loc"]:
        if (*where, part) in document.lines:
            where = (*where, part)
    return where


def _what(detail: ErrorDetails, shape: Any) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "missing":
        return f"{str(detail['loc'][-1])!r} is missing"
    if kind == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), _fields(shape, detail["loc"][:-1]))
    if kind == "value_error":
        return str(context["error"])
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{words} {context[name]:g}, here is {given}"
    if kind in {"literal_error", "enum"}:
        return f"must be {context['expected']}, here is {_shown(given)}"
    words = _KINDS.get(kind, detail["msg"][:1].lower() + detail["msg"][1:])
    return words if kind == "too_short" else f"{words}, here is {_shown(given)}"


def _shown(given: Any) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, dict):
        return "a mapping"
    return "a list" if isinstance(given, list) else repr(given)


def _unknown_key(key: str, allowed: list[str]) -> str:
    return f"there is no key {key!r} here{nearest(key, allowed)}; keys are {', '.join(allowed)}"


def _fields(shape: Any, loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that a location leads to."""
    for part in loc:
        shape = _inside(_model_or_container(shape), part)
    return list(_model_or_container(shape).model_fields)


def _inside(shape: Any, part: int | str) -> Any:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        field = shape.model_fields.get(str(part))
        return field.annotation if field else shape  # no field: the tag of a union's member
    members = get_args(shape)
    return members[0] if get_origin(shape) is tuple else members[-1]


def _model_or_container(shape: Any) -> Any:
    """Without its annotations; of a union the member that is no plain word."""
    while get_origin(shape) in {Annotated, Union, UnionType}:
        members = get_args(shape)[:1] if get_origin(shape) is Annotated else get_args(shape)
        shape = next((member for member in members if _holds_keys(member)), members[0])
    return shape


def _holds_keys(shape: Any) -> bool:
    bare = _model_or_container(shape) if get_origin(shape) is Annotated else shape
    return get_origin(bare) in {dict, list, tuple} or (isinstance(bare, type) and issubclass(bare, BaseModel))
