"""What a rule is called on the pages."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations

from console.words import RULES
from qa_scoring.pack_files import load_packs


def rule_title(rule: str, translations: NullTranslations) -> str:
    """The rule's short name in the reader's language.

    Rules that a desk has added are called as their pack calls them; one that is in no pack any more keeps
    its id.
    """
    if rule in RULES:
        return translations.gettext(RULES[rule])
    return _pack_titles().get(rule, rule)


def rule_ids() -> tuple[str, ...]:
    """Every rule that a call may be flagged with: the standard ones first."""
    return tuple(dict.fromkeys((*RULES, *_pack_titles())))


@cache
def _pack_titles() -> dict[str, str]:
    """The claims of all rules in the packs, read once: packs change with a restart."""
    return {rule.id: rule.title for pack in load_packs().packs for rule in pack.rules}
