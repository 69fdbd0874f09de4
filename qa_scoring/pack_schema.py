"""The language of packs: what a pack's YAML may say."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ledger.states import Verdict
from qa_scoring.checks import Part, PhraseSpec, Text, spellable
from qa_scoring.nodes import Loc, Node
from qa_scoring.wheres import RuleName, Where, Who

Name = RuleName
Points = Annotated[float, Field(ge=0, le=100)]


class Dimension(StrEnum):
    """The four standards of the desks."""

    FAST = "快"
    ACCURATE = "准"
    CLEAR = "清"
    WARM = "亲"


class Severity(StrEnum):
    """How much a breach matters to the desk."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class RuleSpec(Node):
    """One norm of a desk: what it claims, what it weighs, and exactly one check, which may be a tree."""

    id: Name
    title: Text  # the claim, in Chinese
    dimension: Dimension
    weight: Points  # that a breach takes off
    severity: Severity
    flag: bool = True
    fatal: bool = False  # a breach makes the score 0
    when: Node | None = None  # where it does not hold, the rule does not apply
    who: Who = Who.OPERATOR
    where: Where = Where()
    good: Text  # an example that keeps it
    bad: Text  # an example that breaks it
    reasons: dict[Verdict, Text] = Field(default_factory=dict)  # in place of the check's own

    @property
    def needs(self) -> frozenset[str]:
        """Ids of the rules whose hits its windows hang on."""
        return frozenset(needed for needed, _ in self.anchors())

    def anchors(self) -> Iterator[tuple[str, Loc]]:
        """The same, each with the keys that lead to where the rule names it."""
        when = self.when.placed(("when",)) if self.when else ()
        for loc, node in (*self.placed(), *when):
            for name in ("before", "after", "around"):
                anchor = getattr(node.where, name, None)
                if anchor and anchor.rule:
                    yield anchor.rule, (*loc, "where", name)

    def all_phrases(self) -> tuple[PhraseSpec, ...]:
        """Everything that must be listened for, for `when` too."""
        return (*self.phrases(), *(self.when.phrases() if self.when else ()))

    @model_validator(mode="after")
    def _reasons_name_known_words(self) -> Self:
        known = dict.fromkeys(self.check.words, "")
        for verdict, reason in self.reasons.items():
            try:
                reason.format(**known)
            except (KeyError, IndexError, ValueError) as error:
                allowed = ", ".join(f"{{{word}}}" for word in sorted(known))
                raise ValueError(f"the reason for {verdict} names {error}; it may name {allowed}") from error
        return self


class PackSpec(Part):
    """One file of norms."""

    id: Name
    version: Text
    title: Text
    desks: tuple[Text, ...] = ()  # ids of desks, or numbers dialled
    desk_names: tuple[Text, ...] = ()  # how operators say the desk: fills {desk}
    extends: tuple[Name, ...] = ()
    drop: tuple[Name, ...] = ()  # rules of the packs it extends that do not hold here
    rules: tuple[RuleSpec, ...] = ()

    @field_validator("desk_names")
    @classmethod
    def _names_can_be_spoken(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            spellable(name)
        return names
