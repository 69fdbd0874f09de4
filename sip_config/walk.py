"""Walk a plan without a phone: what a caller hears who presses the given keys and then nothing more."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.errors import NotFound
from sip_config.menu import HANG_UP, Step
from sip_config.plan import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One thing that happens on the way."""

    kind: Literal["says", "key", "silence", "desk", "end"]
    detail: str = ""  # the prompt's, the key's or the desk's id
    text: str | None = None  # what a prompt says; None for music and for what is no prompt


def walk(plan: Plan, number: str, keys: Sequence[str] = ()) -> Iterator[Moment]:
    """The way of a caller until a desk or the end, open hours assumed. Raises NotFound for another number."""
    if number not in plan.numbers:
        raise NotFound(f"nobody answers {number!r}; numbers are {', '.join(plan.numbers)}")
    return _Caller(plan, number, keys).walk()


class _Caller:
    def __init__(self, plan: Plan, number: str, keys: Sequence[str]) -> None:
        self._plan, self._number, self._keys = plan, number, list(keys)

    def walk(self) -> Iterator[Moment]:
        dialled = self._plan.numbers[self._number]
        yield from (self._says(self._plan.notice), self._says(dialled.greeting))
        menu_id: str | None = dialled.menu
        while menu_id is not None:
            step = yield from self._in_menu(menu_id)
            while step.kind == "say":
                yield self._says(str(step.say))
                step = HANG_UP if step.then == "hang_up" else step.then
            menu_id = menu_id if step.kind == "repeat" else step.menu
        if step.kind == "hang_up":
            yield Moment(kind="end")
        else:
            yield Moment(kind="desk", detail=str(step.desk), text=self._plan.desk(str(step.desk)).name)

    def _in_menu(self, menu_id: str) -> Generator[Moment, None, Step]:
        """Hear a menu until a key or too many tries lead out of it; returns that step."""
        menu = self._plan.menus[menu_id]
        tries_left = menu.tries
        while tries_left:
            yield self._says(menu.prompt)
            key = self._keys.pop(0) if self._keys else None
            yield Moment(kind="key", detail=key) if key else Moment(kind="silence")
            step = self._plan.step_for(number=self._number, menu=menu_id, key=key) if key else None
            if step and step.kind != "repeat":
                return step
            tries_left -= step is None
            if step is None and tries_left:
                yield self._says(menu.wrong if key else menu.silent)
        return menu.otherwise

    def _says(self, prompt_id: str) -> Moment:
        return Moment(kind="says", detail=prompt_id, text=self._plan.library.text(prompt_id))
