"""What a pack takes from those that it extends."""

from __future__ import annotations

from collections.abc import Mapping

from qa_scoring.pack_schema import Dimension, PackSpec, RuleSpec
from qa_scoring.phrases import spell

Specs = Mapping[str, PackSpec]


def synonyms_of(spec: PackSpec, specs: Specs) -> dict[str, tuple[str, ...]]:
    """By word; a pack's own take the place of those that it extends."""
    synonyms = {word: ways for base in spec.extends for word, ways in specs[base].synonyms.items()}
    return {**synonyms, **spec.synonyms}


def limits_of(spec: PackSpec, specs: Specs) -> dict[Dimension, float]:
    """The most that each dimension may take off."""
    limits = {dimension: most for base in spec.extends for dimension, most in specs[base].dimensions.items()}
    return {**limits, **spec.dimensions}


def desk_names_of(spec: PackSpec, specs: Specs) -> tuple[str, ...]:
    """Every way to say its own; of a pack without any, those of all packs."""
    names = spec.desk_names or [name for each in specs.values() for name in each.desk_names]
    return tuple(dict.fromkeys(phrase.text for name in names for phrase in spell(name)))


def rules_of(spec: PackSpec, specs: Specs) -> dict[str, RuleSpec]:
    """By id; a pack's own rule takes the place of the one that it extends."""
    rules: dict[str, RuleSpec] = {}
    for base in spec.extends:
        rules.update(rules_of(specs[base], specs))
    rules.update({rule.id: rule for rule in spec.rules})
    return {name: rule for name, rule in rules.items() if name not in spec.drop}
