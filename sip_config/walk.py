"""Walk a plan without a phone: what a caller hears who presses the given keys and then nothing more."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.errors import NotFound
from sip_config.collection import Collection
from sip_config.fields import Language
from sip_config.menu import Step
from sip_config.placeholders import NOW
from sip_config.plan import Plan
from sip_config.spoken import Value

MomentKind = Literal[
    "says",
    "key",
    "silence",
    "language",
    "collected",
    "ticket_state",
    "closed",
    "desk",
    "voicemail",
    "call_back",
    "end",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One thing that happens on the way."""

    kind: MomentKind
    detail: str = ""  # the prompt's, the key's, the language's or the desk's id; the fact that was collected
    text: str | None = None  # what a prompt says; the desk's name; the digits; None for music and the rest


def walk(
    plan: Plan,
    number: str,
    keys: Sequence[str] = (),
    *,
    language: Language | None = None,
    at: datetime | None = None,
) -> Iterator[Moment]:
    """The way of a caller until a desk or the end. Raises NotFound for another number.

    Each of `keys` is pressed in one go, e.g. all digits of an entry; between two of them the caller pauses.
    `at` is when it happens, aware; None: the desks are open.
    """
    if number not in plan.numbers:
        raise NotFound(f"nobody answers {number!r}; numbers are {', '.join(plan.numbers)}")
    return _Caller(plan, number, keys, language, at).walk()


class _Keys:
    """What a caller will press: bursts of keys with pauses between them."""

    def __init__(self, bursts: Sequence[str]) -> None:
        self._bursts = deque(deque(burst) for burst in bursts if burst)

    def press(self) -> str | None:
        """The next key; None for a caller who presses nothing more."""
        while self._bursts and not self._bursts[0]:
            self._bursts.popleft()
        return self._bursts[0].popleft() if self._bursts else None

    def press_on(self) -> str | None:
        """The next key of the burst that has begun; None where the caller pauses."""
        return self._bursts[0].popleft() if self._bursts and self._bursts[0] else None


class _Caller:
    def __init__(
        self, plan: Plan, number: str, keys: Sequence[str], language: Language | None, at: datetime | None
    ) -> None:
        self._plan, self._number, self._keys, self._at = plan, number, _Keys(keys), at
        self._language = language or plan.language_of(number)
        self._values: dict[str, Value] = {NOW: at.isoformat(timespec="minutes")} if at else {}

    def walk(self) -> Iterator[Moment]:
        dialled = self._plan.numbers[self._number]
        yield from (self._says(self._plan.notice), self._says(dialled.greeting))
        menu_id: str | None = dialled.menu
        if dialled.ticket_state:
            yield Moment(kind="ticket_state", detail=dialled.ticket_state)
        while menu_id is not None:
            step = yield from self._in_menu(menu_id)
            while step.goes_on:
                yield from self._do(step)
                step = step.next
            menu_id = menu_id if step.kind == "repeat" else step.menu
        yield from self._leave(step)

    def _in_menu(self, menu_id: str) -> Generator[Moment, None, Step]:
        """Hear a menu until a key or too many tries lead out of it; returns that step."""
        menu = self._plan.menus[menu_id]
        tries_left = menu.tries
        while tries_left:
            yield self._says(menu.prompt)
            key = self._keys.press()
            yield Moment(kind="key", detail=key) if key else Moment(kind="silence")
            step = self._plan.step_for(number=self._number, menu=menu_id, key=key) if key else None
            if step and step.kind != "repeat":
                return step
            tries_left -= step is None
            if step is None and tries_left:
                yield self._says(menu.wrong if key else menu.silent)
        return menu.otherwise

    def _do(self, step: Step) -> Iterator[Moment]:
        if step.say:
            yield self._says(step.say)
        elif step.language:
            self._language = step.language
            yield Moment(kind="language", detail=step.language)
        elif step.collect:
            yield from self._collect(self._plan.collections[step.collect])
        elif step.ticket_state:
            yield Moment(kind="ticket_state", detail=step.ticket_state)

    def _collect(self, collection: Collection) -> Iterator[Moment]:
        for tries_left in reversed(range(collection.tries)):
            yield self._says(collection.prompt)
            digits = self._enter(collection)
            yield Moment(kind="key", detail=digits) if digits else Moment(kind="silence")
            fits = collection.shortest <= len(digits) <= collection.longest
            if fits and (yield from self._is_right(collection, digits)):
                self._values[collection.fact] = digits
                yield Moment(kind="collected", detail=collection.fact, text=digits)
                return
            if tries_left:
                yield self._says(collection.wrong)

    def _enter(self, collection: Collection) -> str:
        digits, key = "", self._keys.press()
        while key is not None and key != collection.ends_with:
            digits = "" if key == "*" else digits + key if key.isdigit() else digits
            key = self._keys.press_on()
        return digits

    def _is_right(self, collection: Collection, digits: str) -> Generator[Moment, None, bool]:
        for _ in range(collection.tries if collection.confirm else 0):
            yield self._says(str(collection.confirm), digits=digits)
            key = self._keys.press()
            yield Moment(kind="key", detail=key) if key else Moment(kind="silence")
            if key in {"1", "2"}:
                return key == "1"
        return True

    def _leave(self, step: Step) -> Iterator[Moment]:
        desk_id = step.desk or step.voicemail or step.call_back
        if step.kind == "hang_up" or desk_id is None:
            yield Moment(kind="end")
            return
        desk = self._plan.desk(desk_id)
        if step.desk and self._at and not self._plan.is_open(desk_id, self._at):
            yield Moment(kind="closed", detail=desk_id, text=desk.name)
            yield self._says(desk.closed)
            yield Moment(kind="end")
            return
        kind: MomentKind = "desk" if step.desk else "voicemail" if step.voicemail else "call_back"
        yield Moment(kind=kind, detail=desk_id, text=desk.name)

    def _says(self, prompt_id: str, **values: Value) -> Moment:
        text = self._plan.speech.text(prompt_id, self._language, {**self._values, **values})
        return Moment(kind="says", detail=prompt_id, text=text)
