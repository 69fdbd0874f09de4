"""Asking a caller for digits, e.g. the number of a faulty line."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sip_config.fields import Id, Key, PlanPart, Seconds

Digits = Annotated[int, Field(ge=1, le=32)]


class Collection(PlanPart):
    """What is asked for, how many digits there are, and how they are confirmed."""

    fact: Id  # the call's fact that keeps them, e.g. fault_number
    prompt: Id
    shortest: Digits = 7
    longest: Digits = 8
    ends_with: Key | None = "#"  # a key that ends the entry early
    silence_s: Annotated[Seconds, Field(le=60)] = 5.0  # after the prompt, and after each digit
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    confirm: Id | None = None  # says {digits:digits}; 1 keeps them, 2 asks again; None: nothing is confirmed
    wrong: Id = "wrong-length"  # said when there were too few digits or the caller asks again

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError(f"shortest ({self.shortest}) must not be above longest ({self.longest})")
        return self
