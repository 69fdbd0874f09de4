"""What a pack takes from those that it extends."""

from __future__ import annotations

from collections.abc import Mapping

from qa_scoring.pack_schema import PackSpec, RuleSpec


def rules_of(spec: PackSpec, specs: Mapping[str, PackSpec]) -> dict[str, RuleSpec]:
    """By id; a pack's own rule takes the place of the one that it extends."""
    rules: dict[str, RuleSpec] = {}
    for base in spec.extends:
        rules.update(rules_of(specs[base], specs))
    rules.update({rule.id: rule for rule in spec.rules})
    return {name: rule for name, rule in rules.items() if name not in spec.drop}
