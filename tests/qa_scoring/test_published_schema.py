"""The JSON Schema that editors complete packs with: current, and in agreement with what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa_scoring.pack_files import STANDARD
from qa_scoring.published_schema import COPY, published_schema
from tests.qa_scoring.language import RULE, yaml

SCHEMA = published_schema()
TYPES = {"string": str, "number": int | float, "integer": int, "boolean": bool, "array": list, "object": dict}
HEAD = {"id": "p", "version": "1", "title": "试"}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is as the schema says: of its keywords those that ours uses."""
    if not schema:
        return True
    types = schema.get("type", [])
    named = [types] if isinstance(types, str) else types
    return (
        ("$ref" not in schema or fits(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]))
        and (not named or any(isinstance(value, TYPES[name]) for name in named))
        and any(fits(value, way) for way in schema.get("anyOf", [{}]))
        and sum(fits(value, way) for way in schema.get("oneOf", [{}])) == 1
        and value in schema.get("enum", [value])
        and value == schema.get("const", value)
        and (not isinstance(value, dict) or _mapping_fits(value, schema))
        and (not isinstance(value, list) or _list_fits(value, schema))
    )


def _list_fits(value: list[Any], schema: dict[str, Any]) -> bool:
    items = schema.get("items", {})
    return len(value) >= schema.get("minItems", 0) and all(fits(each, items) for each in value)


def _mapping_fits(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    keys, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    needed = {*schema.get("required", ())}
    for key, others in schema.get("dependentRequired", {}).items():
        needed |= {*others} if key in value else set()
    if not needed <= set(value):
        return False
    rest = {key: each for key, each in value.items() if key not in keys}
    if (more is False and rest) or (isinstance(more, dict) and not all(fits(v, more) for v in rest.values())):
        return False
    return all(fits(each, keys[key]) for key, each in value.items() if key in keys)


def test_the_copy_is_current() -> None:
    """`hotline rules schema > qa_scoring/pack.schema.json` makes it so."""
    assert json.loads(COPY.read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize("path", sorted(STANDARD.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_standard_packs_fit_and_name_it(path: Path) -> None:
    """Editors find the schema by a pack's first line."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../pack.schema.json\n")
    assert fits(yaml(text), SCHEMA)


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        ("say: {any: [您好, {text: 好, likeness: 0.9}]}", True),
        ("say: {any: [{title: 问, any: [您好]}]}", True),
        ("if: {hang_up_by: caller}, then: {fact: {name: mark, one_of: [1, 2]}}", True),
        ("where: {after: {phrase: 您好}}, not: {say: {any: [好]}}", True),
        ("say: {any: [好]}, never_say: {any: [坏]}", False),
        ("if: {hang_up_by: caller}", False),
        ("hang_up_by: system", False),
        ("say: {any: [{txt: 好}]}", False),
        ("all_of: [{saay: {any: [好]}}]", False),
        ("weigth: 3, say: {any: [好]}", False),
    ],
)
def test_the_schema_tells_right_from_wrong(body: str, is_right: bool) -> None:
    """Short forms are right; a misspelt key, two checks or half an `if` are not."""
    rules = yaml(RULE.format(id="one", body=body))
    assert fits({**HEAD, "rules": rules}, SCHEMA) is is_right
