"""Synthetic people whom a hotline calls: each answers, or does not, in a manner of its own.

All of them are behind one phone: `async with SyntheticPeople(people) as phone: phone.address`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from callers.errors import CallOver, NoAnswer, NotHeard
from callers.hearing import tone
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import CallEnd
from callers.sip_transport import SocketAddress

PROMPT_WAIT_S = 20.0  # until something is said
PROMPT_LONGEST_S = 60.0
STAY_S = 90.0  # who does not press keys stays so long, unless the other side hangs up
WRONG_KEY = "0"
NO_PLACE = -1  # of no question in particular
NOTED_S = 1.0  # until a key has surely been taken
VOICE_HZ, VOICE_S = 300.0, 1.0  # what a machine or a talking person is heard as


class Manner(StrEnum):
    """What somebody does when the telephone rings."""

    ANSWERS = "answers"  # and presses a right key for each question
    WRONG_KEYS = "wrong_keys"  # a wrong one first, then the right one, at each question
    ONLY_WRONG_KEYS = "only_wrong_keys"
    LEAVES_IN_THE_MIDDLE = "leaves_in_the_middle"  # after the first answer
    LEAVES_AT_ONCE = "leaves_at_once"  # during the first words
    SILENT = "silent"  # answers and does nothing
    MACHINE = "machine"  # an answering machine: speaks, presses nothing
    OPTS_OUT = "opts_out"  # presses the key that asks not to be called again
    TALKS = "talks"  # to an operator, until that one hangs up
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTS = "rejects"
    UNKNOWN = "unknown"  # there is no such number


_REFUSALS = {Manner.BUSY: 486, Manner.REJECTS: 603, Manner.UNKNOWN: 404}


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One number. The n-th call finds the n-th manner; further ones find the last."""

    number: str
    manners: tuple[Manner, ...]
    keys: str = "111"  # what answers the questions, in their order
    opt_out_key: str = "9"
    cues_hz: tuple[float, ...] = ()  # where questions are tones: each one's; else quiet tells its end


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One call as the called person saw it."""

    number: str
    manner: Manner
    shown: str | None  # the number that called
    pressed: str
    answered: bool
    ending: CallEnd | None


class SyntheticPeople:
    """Answers for all their numbers. `quiet_s`: after so much quiet a question is over."""

    def __init__(self, people: Iterable[Person], *, host: str = "127.0.0.1", quiet_s: float = 1.0) -> None:
        self._people = {person.number: person for person in people}
        self._quiet_s = quiet_s
        self._phone = Phone(host, user="exchange", any_user=True)
        self._phone.on_invite = self._take
        self._calls: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self.visits: list[Visit] = []
        self.most_at_once: Counter[str] = Counter()  # calls to a number at one moment

    async def __aenter__(self) -> Self:
        await self._phone.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._phone.__aexit__(kind, error, trace)

    @property
    def address(self) -> SocketAddress:
        """Where they are called."""
        return self._phone.address

    async def _take(self, call: IncomingCall) -> None:
        number = call.dialled or ""
        person = self._people.get(number)
        if person is None:
            await call.reject(404)
            return
        manner = person.manners[min(self._calls[number], len(person.manners) - 1)]
        self._calls[number] += 1
        self._running[number] += 1
        self.most_at_once[number] = max(self.most_at_once[number], self._running[number])
        pressed: list[str] = []
        try:
            await self._behave(call, person, manner, pressed)
        except (CallOver, NotHeard, NoAnswer):
            await call.hang_up()
        finally:
            self._running[number] -= 1
            self.visits.append(
                Visit(
                    number=number,
                    manner=manner,
                    shown=call.caller_number,
                    pressed="".join(pressed),
                    answered=call.media.answered_s is not None,
                    ending=call.end,
                )
            )

    async def _behave(self, call: IncomingCall, person: Person, manner: Manner, pressed: list[str]) -> None:
        if manner in _REFUSALS:
            await call.reject(_REFUSALS[manner])
            return
        await call.ring()
        if manner is Manner.NO_ANSWER:
            await call.ended(STAY_S)
            return
        await call.answer()
        if manner is Manner.LEAVES_AT_ONCE:
            await call.wait_for_speech(PROMPT_WAIT_S)
            await call.hang_up()
        elif manner in {Manner.SILENT, Manner.MACHINE, Manner.TALKS}:
            await self._stay(call, speaks=manner is not Manner.SILENT)
        else:
            await self._press(call, person, manner, pressed)

    async def _stay(self, call: IncomingCall, *, speaks: bool) -> None:
        if speaks:
            await call.play(tone(VOICE_HZ, VOICE_S))
        await call.ended(STAY_S)

    async def _press(self, call: IncomingCall, person: Person, manner: Manner, pressed: list[str]) -> None:
        for place, key in self._keys(person, manner):
            await self._hear_question(call, person, place)
            await call.send_digits(key)
            pressed.append(key)
        if manner is Manner.LEAVES_IN_THE_MIDDLE:
            await call.pause(NOTED_S)
            await call.hang_up()
        await call.ended(STAY_S)

    def _keys(self, person: Person, manner: Manner) -> list[tuple[int, str]]:
        """What is pressed, each with the place of the question."""
        right = list(enumerate(person.keys))
        if manner is Manner.OPTS_OUT:
            return [(0, person.opt_out_key)]
        if manner is Manner.LEAVES_IN_THE_MIDDLE:
            return right[:1]
        if manner is Manner.WRONG_KEYS:
            return [(place, pressed) for place, key in right for pressed in (WRONG_KEY, key)]
        if manner is Manner.ONLY_WRONG_KEYS:
            return [(NO_PLACE, WRONG_KEY)] * 20  # until the other side gives up
        return right

    async def _hear_question(self, call: IncomingCall, person: Person, place: int) -> None:
        if 0 <= place < len(person.cues_hz):
            await call.wait_for_tone(person.cues_hz[place], PROMPT_WAIT_S)
            return
        await call.wait_for_speech(PROMPT_WAIT_S)
        await call.wait_for_quiet(self._quiet_s, PROMPT_LONGEST_S)
