"""What a rule is called on the pages."""

from __future__ import annotations

from gettext import NullTranslations

from console.language import Language
from console.words import RULES


def rule_title(rule: str, language: Language, translations: NullTranslations) -> str:
    """The rule's title; a rule that nobody named keeps its id."""
    title = RULES.get(rule)
    if title is None:
        return rule
    return title if language is Language.ZH else translations.gettext(title)
