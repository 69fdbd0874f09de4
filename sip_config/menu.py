"""A menu (语音菜单) and the steps that its keys lead to."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from sip_config.fields import Id, Key, PlanPart, Seconds

StepKind = Literal["menu", "desk", "say", "hang_up", "repeat"]
_KINDS: tuple[StepKind, ...] = ("menu", "desk", "say", "hang_up", "repeat")


def _is_word(value: Any) -> str:
    return "word" if isinstance(value, str) else "step"


class Step(PlanPart):
    """What happens next to a caller: exactly one of menu, desk, say, hang_up and repeat."""

    menu: Id | None = None  # go to this menu
    desk: Id | None = None  # wait for an operator of this desk
    say: Id | None = None  # play this prompt, then do `then`
    then: Annotated[
        Annotated[Step, Tag("step")] | Annotated[Literal["hang_up"], Tag("word")], Discriminator(_is_word)
    ] = "hang_up"
    hang_up: bool = False
    repeat: bool = False  # hear the menu again that the caller is in

    @property
    def kind(self) -> StepKind:
        """Which of the five it is."""
        return next(kind for kind in _KINDS if getattr(self, kind))

    @property
    def last(self) -> Step:
        """Where the caller is after everything that is only said: never a `say`."""
        if self.kind != "say":
            return self
        return HANG_UP if self.then == "hang_up" else self.then.last

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, kind)]
        if len(given) != 1:
            here = " and ".join(given) or "none"
            raise ValueError(f"a step is exactly one of {', '.join(_KINDS)}; here is {here}")
        if "then" in self.model_fields_set and self.say is None:
            raise ValueError("'then' goes with 'say' only")
        return self


HANG_UP = Step(hang_up=True)
REPEAT = Step(repeat=True)


class Menu(PlanPart):
    """One menu: what is said, and where each key leads.

    `*` hears it again and `0` leads to the desk of the number that was dialled, unless `keys` says otherwise:
    ask `Plan.step_for`, not `keys`.
    """

    prompt: Id
    keys: dict[Key, Step] = Field(default_factory=dict)
    silence_s: Annotated[Seconds, Field(le=60)] = 5.0  # after the prompt's end
    tries: Annotated[int, Field(ge=1, le=10)] = 3  # silences and wrong keys together
    wrong: Id = "wrong-key"  # said on a key that leads nowhere
    silent: Id = "no-key"  # said after a silence
    otherwise: Step  # after `tries` silences and wrong keys
