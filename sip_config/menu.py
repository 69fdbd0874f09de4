"""A menu (语音菜单) and the steps that its keys lead to."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from sip_config.fields import Id, Key, Language, PlanPart, Seconds

StepKind = Literal[
    "menu",
    "desk",
    "say",
    "language",
    "collect",
    "ticket_state",
    "voicemail",
    "call_back",
    "hang_up",
    "repeat",
]
_KINDS: tuple[StepKind, ...] = get_args(StepKind)
_GO_ON: tuple[StepKind, ...] = ("say", "language", "collect", "ticket_state")  # they have a `then`


def _is_word(value: Any) -> str:
    return "word" if isinstance(value, str) else "step"


class Step(PlanPart):
    """What happens next to a caller: exactly one of the kinds."""

    menu: Id | None = None  # go to this menu
    desk: Id | None = None  # wait for an operator of this desk
    say: Id | None = None  # play this prompt, then do `then`
    language: Language | None = None  # hear everything in this language from now on, then do `then`
    collect: Id | None = None  # ask for digits (`collections` of the plan), then do `then`
    ticket_state: Id | None = None  # hear how far the line's ticket is (`ticket_states`), then do `then`
    voicemail: Id | None = None  # leave a message for this desk
    call_back: Id | None = None  # ask to be called back by this desk
    then: Annotated[
        Annotated[Step, Tag("step")] | Annotated[Literal["hang_up"], Tag("word")], Discriminator(_is_word)
    ] = "hang_up"
    skills: tuple[Id, ...] = ()  # with desk: the operator must have all of them
    head_start_s: Annotated[float, Field(ge=0, le=3600)] = 0.0  # with desk: ranks as if it had waited longer
    hang_up: bool = False
    repeat: bool = False  # hear the menu again that the caller is in

    @property
    def kind(self) -> StepKind:
        """Which of the kinds it is."""
        return next(kind for kind in _KINDS if getattr(self, kind))

    @property
    def goes_on(self) -> bool:
        """Whether something follows by itself (`next`)."""
        return self.kind in _GO_ON

    @property
    def next(self) -> Step:
        """What follows a step that goes on by itself (say, language, collect, ticket_state)."""
        return HANG_UP if self.then == "hang_up" else self.then

    @property
    def last(self) -> Step:
        """Where the caller is after everything that goes on by itself."""
        return self.next.last if self.goes_on else self

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, kind)]
        if len(given) != 1:
            here = " and ".join(given) or "none"
            raise ValueError(f"a step is exactly one of {', '.join(_KINDS)}; here is {here}")
        if "then" in self.model_fields_set and not self.goes_on:
            raise ValueError(f"'then' goes with {', '.join(_GO_ON)} only")
        if self.kind in {"language", "collect", "ticket_state"} and "then" not in self.model_fields_set:
            raise ValueError(f"'{self.kind}' needs a 'then': where the caller goes next")
        if self.desk is None and {"skills", "head_start_s"} & self.model_fields_set:
            raise ValueError("'skills' and 'head_start_s' go with 'desk' only")
        return self


HANG_UP = Step(hang_up=True)
REPEAT = Step(repeat=True)


class Menu(PlanPart):
    """One menu: what is said, and where each key leads.

    `*` hears it again and `0` leads to the desk of the number that was dialled, unless `keys` says otherwise:
    ask `Plan.step_for`, not `keys`.
    """

    name: str = ""  # on the operator's page, of callers who come from here
    prompt: Id
    keys: dict[Key, Step] = Field(default_factory=dict)
    silence_s: Annotated[Seconds, Field(le=60)] = 5.0  # after the prompt's end
    tries: Annotated[int, Field(ge=1, le=10)] = 3  # silences and wrong keys together
    wrong: Id = "wrong-key"  # said on a key that leads nowhere
    silent: Id = "no-key"  # said after a silence
    otherwise: Step  # after `tries` silences and wrong keys
