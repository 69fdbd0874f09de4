"""What a rule claims, as a tree: checks at the leaves, and / or / not / if above them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, model_validator

from ledger.states import Verdict
from qa_scoring.checks import (
    AnswerDelay,
    Check,
    HoldNotice,
    LongSilence,
    Overtalk,
    Part,
    PhraseSpec,
    Readback,
    SpeechRate,
    WaitApology,
)
from qa_scoring.facts import Fact
from qa_scoring.measures import Duration, HangUpBy, Loudness, Silence, TalkShare, Turns
from qa_scoring.saying import NeverSay, Say
from qa_scoring.texts import Regex, Similar
from qa_scoring.wheres import Where, Who
from qa_scoring.wordings import has_slots

TREES: Final = ("all_of", "any_of", "not", "if")
LEAVES: Final = (
    *("say", "never_say", "hold_notice", "wait_apology", "long_silence"),
    *("overtalk", "speech_rate", "answer_delay", "readback", "fact", "regex", "similar"),
    *("silence", "loudness", "talk_share", "hang_up_by", "duration", "turns"),
)
Loc = tuple[int | str, ...]
KINDS: Final = (*LEAVES, *TREES)
ATTRIBUTES: Final = {"not": "not_", "if": "if_"}  # words of Python's own


class Tree(Check):
    """What a combination of checks tells; `why` is what the deciding ones say."""

    reasons: ClassVar[dict[Verdict, str]] = {
        Verdict.PASS: "{why}",
        Verdict.FAIL: "{why}",
        Verdict.CANNOT_TELL: "{why}",
        Verdict.NOT_APPLICABLE: "{why}",
    }
    words = frozenset({"why"})


TREE: Final = Tree()


class Node(Part):
    """Exactly one kind of claim, and whose words and where; without, as the node above says."""

    who: Who | None = None
    where: Where | None = None
    all_of: Nodes | None = None
    any_of: Nodes | None = None
    not_: Node | None = Field(None, alias="not")
    if_: Node | None = Field(None, alias="if")
    then: Node | None = None
    say: Say | None = None
    never_say: NeverSay | None = None
    hold_notice: HoldNotice | None = None
    wait_apology: WaitApology | None = None
    long_silence: LongSilence | None = None
    overtalk: Overtalk | None = None
    speech_rate: SpeechRate | None = None
    answer_delay: AnswerDelay | None = None
    readback: Readback | None = None
    fact: Fact | None = None
    regex: Regex | None = None
    similar: Similar | None = None
    silence: Silence | None = None
    loudness: Loudness | None = None
    talk_share: TalkShare | None = None
    hang_up_by: HangUpBy | None = None
    duration: Duration | None = None
    turns: Turns | None = None

    @property
    def kind(self) -> str:
        """The key of its one kind."""
        return next(kind for kind in KINDS if self._given(kind) is not None)

    @property
    def check(self) -> Check:
        """The check at a leaf; of a tree what trees tell."""
        check = self._given(self.kind)
        return check if isinstance(check, Check) else TREE

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes right under it."""
        match self.kind:
            case "all_of" | "any_of":
                return self.all_of or self.any_of or ()
            case "not" | "if":
                return tuple(node for node in (self.not_, self.if_, self.then) if node)
        return ()

    def placed(self, loc: Loc = ()) -> Iterator[tuple[Loc, Node]]:
        """Itself and all below it, each with the keys and places that lead to it in the file."""
        yield loc, self
        several = self.kind in {"all_of", "any_of"}
        for at, (key, child) in enumerate(self._keyed()):
            yield from child.placed((*loc, key, at) if several else (*loc, key))

    def nodes(self) -> Iterator[Node]:
        """Itself and all below it."""
        return (node for _, node in self.placed())

    def _keyed(self) -> Iterator[tuple[str, Node]]:
        for child in self.children:
            yield "then" if child is self.then else self.kind, child

    def phrases(self) -> Iterator[PhraseSpec]:
        """Everything that must be listened for."""
        for node in self.nodes():
            yield from node.check.phrases()
            yield from node.where.phrases() if node.where else ()

    def wanted(self) -> Iterator[PhraseSpec]:
        """Everything that the norm wants to hear, for the recogniser."""
        yield from (spec for spec in self.check.wanted() if spec.hint)
        for child in self.children:
            if child is not self.not_ and child is not self.if_:
                yield from child.wanted()

    def _given(self, kind: str) -> object:
        return getattr(self, ATTRIBUTES.get(kind, kind))

    @model_validator(mode="after")
    def _has_one_kind(self) -> Self:
        given = [kind for kind in KINDS if self._given(kind) is not None]
        if len(given) != 1:
            has = " and ".join(given) or "none"
            raise ValueError(f"there must be exactly one check, here is {has}; checks are {', '.join(KINDS)}")
        if (self.if_ is None) != (self.then is None):
            raise ValueError("if and then go together: if this holds, then that must")
        return self

    @model_validator(mode="after")
    def _looks_at_one_speaker(self) -> Self:
        if self.who is Who.ANY and not self.children and not self.check.takes_any:
            raise ValueError(f"{self.kind} is of one speaker: who is operator or caller")
        return self

    @model_validator(mode="after")
    def _slots_can_be_filled(self) -> Self:
        texts = () if isinstance(self.check, Say | NeverSay) else (spec.text for spec in self.check.phrases())
        for text in texts:
            if has_slots(text):
                raise ValueError(f"{text!r} has a slot, which {self.kind} cannot fill; say and never_say can")
        return self

    @model_validator(mode="after")
    def _looks_where_it_says(self) -> Self:
        check, given = self.check, self.model_fields_set
        if "where" in given and not self.children and not check.windowed:
            raise ValueError(f"{self.kind} is of the whole call: where would mean nothing")
        if "who" in given and not self.children and not (check.windowed and check.of_speaker):
            raise ValueError(f"{self.kind} is not of one speaker's words: who would mean nothing")
        return self


Nodes = Annotated[tuple[Node, ...], Field(min_length=1)]
Node.model_rebuild()
