"""The language of packs as a JSON Schema, for editors that complete and check as one writes.

It is made from the models that read packs, with the short forms that these take beside their long ones.
A copy lies beside this file, `pack.schema.json`; `hotline rules schema` prints it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from qa_scoring.nodes import KINDS
from qa_scoring.pack_schema import PackSpec

COPY: Final = Path(__file__).with_name("pack.schema.json")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final = {"type": "string"}
VALUE: Final = {"type": ["string", "number", "boolean"]}  # YAML reads 5 as a number and yes as a truth


def published_schema() -> dict[str, Any]:
    """What a pack's file may say."""
    schema: dict[str, Any] = _plain(PackSpec.model_json_schema(by_alias=True))
    kinds = schema["$defs"]
    for name in ("Node", "RuleSpec"):
        kinds[name]["oneOf"] = [{"required": [kind]} for kind in KINDS]
        kinds[name]["dependentRequired"] = {"if": ["then"], "then": ["if"]}
    _take_short_forms(kinds)
    return {"$schema": DIALECT, "title": "A pack of norms of Hotline", **schema}


def _take_short_forms(kinds: dict[str, Any]) -> None:
    phrase = {"$ref": "#/$defs/PhraseSpec"}
    kinds["PhraseSpec"] = _or(kinds["PhraseSpec"], TEXT)
    kinds["Group"] = _or(kinds["Group"], phrase)
    kinds["HangUpBy"] = _or(kinds["HangUpBy"], kinds["HangUpBy"]["properties"]["speaker"])
    anchor, fact = kinds["Anchor"]["properties"], kinds["Fact"]["properties"]
    anchor["phrase"] = _or(anchor["phrase"], phrase)
    fact |= {"is": VALUE, "is_not": VALUE, "one_of": {**fact["one_of"], "items": VALUE}}


def _or(long: dict[str, Any], short: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [short, long]}


def _plain(schema: Any) -> Any:
    """Without what says nothing to a reader: titles made of keys, and that a key may be left out."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    ways = [way for way in schema.get("anyOf", ()) if way != {"type": "null"}]
    if len(ways) == 1 and len(schema["anyOf"]) == 2:
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default", "title"}}
        return _plain({**rest, **ways[0]})
    return {
        key: {name: _plain(each) for name, each in value.items()} if key == "properties" else _plain(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
