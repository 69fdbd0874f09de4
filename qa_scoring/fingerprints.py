"""What a rule's verdicts rest on, as a hash: evidence speaks for a rule as long as this is the same."""

from __future__ import annotations

import hashlib
import json

from qa_scoring.pack_schema import RuleSpec

HEX_DIGITS = 16
# What a rule is called and what a breach costs decide about no verdict. Whatever is not named here does.
WEIGHS_ONLY = {"title", "dimension", "weight", "severity", "flag", "fatal", "good", "bad", "reasons"}


def fingerprint(rule: RuleSpec) -> str:
    """16 hex digits over the rule's window and check. Keys at their defaults count as left out."""
    content = rule.model_dump(mode="json", exclude=WEIGHS_ONLY, exclude_defaults=True)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]
