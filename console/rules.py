"""What a rule is called on the pages."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from typing import Final

from console.norm_names import NORMS
from console.words import RULES
from qa_scoring.pack_files import load_packs
from qa_scoring.pack_schema import RuleSpec

NAMES: Final = {**RULES, **NORMS}


def rule_title(rule: str, translations: NullTranslations) -> str:
    """The rule's short name in the reader's language.

    Rules that a desk has added are called as their pack calls them; one that is in no pack any more keeps
    its id.
    """
    if rule in NAMES:
        return translations.gettext(NAMES[rule])
    found = _pack_rules().get(rule)
    return found.title if found else rule


def rule_ids() -> tuple[str, ...]:
    """Every rule that a call may be flagged with: the standard ones first."""
    rules = _pack_rules()
    return tuple(rule for rule in dict.fromkeys((*NAMES, *rules)) if rule in rules and rules[rule].flag)


@cache
def _pack_rules() -> dict[str, RuleSpec]:
    """All rules in the packs by id, read once: packs change with a restart."""
    return {rule.id: rule for pack in load_packs().packs for rule in pack.rules}
