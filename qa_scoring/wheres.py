"""Where in the call a check looks: whose words, and the window of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ledger.states import Role
from qa_scoring.checks import Part, Phrases, PhraseSpec, Seconds, Share

RuleName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Who(StrEnum):
    """Whose words a check looks at."""

    OPERATOR = "operator"
    CALLER = "caller"
    ANY = "any"  # either's; can be judged where one channel carries both


ROLES = {Who.OPERATOR: (Role.OPERATOR,), Who.CALLER: (Role.CALLER,), Who.ANY: (Role.OPERATOR, Role.CALLER)}


class Which(StrEnum):
    """Of which of several hits a window is made."""

    FIRST = "first"
    LAST = "last"
    ANY = "any"  # one window of all of them together
    EACH = "each"  # the check must hold for each by itself


class Anchor(Part):
    """A moment of the call: where another rule found something, or where a phrase is said."""

    rule: RuleName | None = None
    phrase: Phrases | None = None
    who: Who = Who.OPERATOR  # who says the phrase
    within_s: Seconds | None = None  # how far from it the window reaches; without: to the end of the call
    which: Which = Which.ANY

    @model_validator(mode="before")
    @classmethod
    def _one_phrase_is_a_list(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("phrase"), str | dict):
            return {**given, "phrase": [given["phrase"]]}
        return given

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.rule is None) == (self.phrase is None):
            raise ValueError("name either a rule or a phrase")
        return self


class Where(Part):
    """The window of a speaker's words. Without any bound it is the whole call; several bounds all hold."""

    first_turns: Annotated[int, Field(ge=1)] | None = None
    last_turns: Annotated[int, Field(ge=1)] | None = None
    first_s: Seconds | None = None  # from the speaker's first word
    last_s: Seconds | None = None  # before the speaker's last word
    last_share: Share | None = None  # of the call from the speaker's first word to the last
    before: Anchor | None = None
    after: Anchor | None = None
    around: Anchor | None = None  # within_s to both sides

    @model_validator(mode="after")
    def _around_has_a_reach(self) -> Self:
        if self.around and self.around.within_s is None:
            raise ValueError("around needs within_s: how far it reaches to both sides")
        return self

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The moments that it depends on."""
        return tuple(anchor for anchor in (self.before, self.after, self.around) if anchor)

    def phrases(self) -> tuple[PhraseSpec, ...]:
        """What must be listened for to find the window."""
        return tuple(spec for anchor in self.anchors for spec in anchor.phrase or ())
