"""The language of packs: what a pack's YAML may say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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
    per_hit: bool = False  # once for each moment that breaks it
    most_points: Points | None = None  # with per_hit: never more than so many
    severity: Severity
    group: Text | None = None  # the chapter of the desk's rule book that it stands in
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
    def _most_points_are_of_many_hits(self) -> Self:
        if self.most_points is not None and not self.per_hit:
            raise ValueError("most_points limits per_hit: true; without it a breach costs its weight once")
        return self

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
    effective_from: date | None = None  # the first day on which it judges; without: since ever
    effective_to: date | None = None  # the last one; without: until further notice
    synonyms: dict[Text, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(default_factory=dict)
    dimensions: dict[Dimension, Points] = Field(default_factory=dict)  # the most that one may take off
    precision_floor: Annotated[float, Field(ge=0, le=1)] = 0.9  # a rule that errs more stops deducting
    trial_deducts: bool = True  # a rule of which too little is known deducts
    rules: tuple[RuleSpec, ...] = ()

    @field_validator("desk_names")
    @classmethod
    def _names_can_be_spoken(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            spellable(name, slots=False)
        return names

    @field_validator("synonyms")
    @classmethod
    def _synonyms_can_be_spoken(cls, synonyms: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for wording in (each for word, others in synonyms.items() for each in (word, *others)):
            if any(sign in wording for sign in "()[]{}|"):
                raise ValueError(f"{wording!r} is no plain wording: synonyms have no brackets of their own")
            spellable(wording)
        return synonyms

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_from > self.effective_to:
            raise ValueError("effective_from must not be after effective_to")
        return self

    @property
    def is_dated(self) -> bool:
        """Whether it does not hold for ever."""
        return self.effective_from is not None or self.effective_to is not None

    def is_in_force(self, day: date) -> bool:
        """Whether it judges calls of that day."""
        return (self.effective_from or day) <= day <= (self.effective_to or day)
