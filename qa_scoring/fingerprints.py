"""What a rule's verdicts rest on, as a hash: evidence speaks for a rule as long as this is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from qa_scoring.pack_schema import RuleSpec

HEX_DIGITS = 16
# What a rule is called and what a breach costs decide about no verdict. Whatever is not named here does.
WEIGHS_ONLY = {
    *("title", "dimension", "weight", "per_hit", "most_points", "severity", "flag", "fatal"),
    *("good", "bad", "reasons"),
}

Synonyms = Mapping[str, Sequence[str]]


def fingerprints(rules: Sequence[RuleSpec], synonyms: Synonyms) -> dict[str, str]:
    """16 hex digits for each rule, by id: over its condition, window and check.

    The synonyms of words that it has are part of it, and so are the rules whose hits its windows hang on.
    Keys at their defaults count as left out.
    """
    by_id = {rule.id: rule for rule in rules}
    return {rule.id: _hash(_content(rule, by_id, synonyms)) for rule in rules}


def _content(rule: RuleSpec, by_id: Mapping[str, RuleSpec], synonyms: Synonyms) -> dict[str, Any]:
    own = rule.model_dump(mode="json", exclude=WEIGHS_ONLY, exclude_defaults=True)
    texts = [text for phrase in rule.all_phrases() for text in (phrase.text, *phrase.not_within)]
    said = {word: list(others) for word, others in synonyms.items() if any(word in text for text in texts)}
    needed = [_content(by_id[name], by_id, synonyms) for name in sorted(rule.needs) if name in by_id]
    return {"rule": own, **({"synonyms": said} if said else {}), **({"needs": needed} if needed else {})}


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]
