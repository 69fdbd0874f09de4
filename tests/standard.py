"""What comes with the product and several modules ask while they are collected: read once a process."""

from __future__ import annotations

from functools import cache

from callers.dialogue import Dialogue, load_dialogues
from callers.labelled_call import LabelledSet, load_labelled


@cache
def dialogues() -> dict[str, Dialogue]:
    """The test dialogues by their names; nobody changes them."""
    return load_dialogues()


@cache
def labelled() -> LabelledSet:
    """The labelled calls and numbers."""
    return load_labelled()
