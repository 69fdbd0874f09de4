"""Sends mutated messages to a target in batches; the target must answer between any two of them."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.torture.fuzz import DIALOG_SEEDS, SEEDS, mutate
from tests.torture.text import Aim, invite
from tests.torture.wire import Answer, Line, final_answer, follow_up, line_to, lives

BATCH = 20
BATCHES_A_CALL = 6  # outside of calls, between two calls
DIALOG_MESSAGES = 60  # within one call
TRIES, AGAIN_S = 400, 0.1  # for a call; an INVITE that nobody acknowledges takes a place for 32 s
OURS = {200, 404, 486, 500}  # what an INVITE gets for reasons of ours; the stack refuses with others


@dataclass(kw_only=True)
class Campaign:
    """A run of mutated messages, two thirds outside of calls. The same seed sends the same ones."""

    target: tuple[str, int]
    seed: int
    host: str = "127.0.0.1"
    sent: int = 0
    calls: int = 0
    answered: set[tuple[str, str, str]] = field(default_factory=set)  # INVITEs, by Call-ID, CSeq and our tag
    tell: Callable[[int], None] = lambda _sent: None

    @property
    def call_ids(self) -> Counter[str]:
        """The Call-IDs of the INVITEs that the hotline itself has answered, as often as it has."""
        return Counter(plain(call_id) for call_id, _, _ in self.answered)

    async def run(self, messages: int) -> None:
        """Until so many have been sent. Fails where the target does not answer any more."""
        async with line_to(self.target, "UDP", self.host) as line:
            leaving = asyncio.create_task(self.leave_calls(line))
            try:
                while self.sent < messages:
                    for _ in range(BATCHES_A_CALL):
                        await self._send_outside(line)
                    await self._send_within()
                    self.tell(self.sent)
                await asyncio.sleep(0.5)  # answers that are under way
            finally:
                leaving.cancel()

    async def leave_calls(self, line: Line) -> None:
        """Acknowledge whatever INVITE is answered on this line, and hang up, until cancelled."""
        while True:
            answer = Answer.parse(await line.heard.get())
            if answer is None or answer.status < 200 or answer.method != "INVITE":
                continue
            self._note(answer)
            aim = Aim(target=self.target, own=line.own)
            sequence = _sequence_of(answer)
            line.send(follow_up(aim, answer, "ACK", sequence))
            if answer.status < 300:
                line.send(follow_up(aim, answer, "BYE", sequence + 1))

    def _note(self, answer: Answer) -> None:
        if answer.status in OURS:
            self.answered.add((answer.first("call-id"), answer.first("cseq"), answer.first("to")))

    async def _send_outside(self, line: Line) -> None:
        for number in range(self.sent, self.sent + BATCH):
            chance = random.Random(f"{self.seed}/{number}")
            aim = Aim(target=self.target, own=line.own, id=f"fuzz{self.seed}x{number}")
            line.send(mutate(chance, chance.choice(SEEDS)(aim)))
        await self._still_lives(BATCH)

    async def _still_lives(self, count: int) -> None:
        first, self.sent = self.sent, self.sent + count
        assert await lives(self.target, wait_s=20.0), (
            f"silent after {first} to {self.sent - 1} of seed {self.seed}"
        )

    async def _send_within(self) -> None:
        """Open a good call, and send damaged requests within it."""
        async with line_to(self.target, "UDP", self.host) as line:
            aim, call = await self._open_call(line)
            self.calls += 1
            for start in range(0, DIALOG_MESSAGES, BATCH):
                messages = [self._within(aim, call, number) for number in range(start, start + BATCH)]
                for message in messages:
                    line.send(message)
                await self._still_lives(BATCH)
            line.send(follow_up(aim, call, "BYE", 1000))
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await self._acknowledge(line, aim)

    async def _open_call(self, line: Line) -> tuple[Aim, Answer]:
        """Tried again while the target is busy with the callers of damaged INVITEs."""
        for attempt in range(TRIES):
            aim = Aim(target=self.target, own=line.own, id=f"call{self.seed}x{self.sent}x{attempt}")
            line.send(invite(aim))
            call = await final_answer(line, 10.0)
            assert call is not None, f"an INVITE was not answered after {self.sent} of seed {self.seed}"
            self._note(call)
            line.send(follow_up(aim, call, "ACK", 1))
            if call.status == 200:
                return aim, call
            await asyncio.sleep(AGAIN_S)
        raise AssertionError(f"no call goes through after {self.sent} of seed {self.seed}: {call.status}")

    def _within(self, aim: Aim, call: Answer, number: int) -> bytes:
        chance = random.Random(f"{self.seed}/{self.sent}/{number}")
        method, headers, body = chance.choice(DIALOG_SEEDS)
        if method == "BYE" and number % 10:  # seldom, or the call is over too soon
            method = "INFO"
        return mutate(chance, follow_up(aim, call, method, number + 2, extra=headers, body=body(aim)))

    async def _acknowledge(self, line: Line, aim: Aim) -> None:
        """Answers to our re-INVITEs need an ACK."""
        while True:
            answer = Answer.parse(await line.heard.get())
            if answer and answer.status >= 200 and answer.method == "INVITE":
                line.send(follow_up(aim, answer, "ACK", _sequence_of(answer)))


def is_accounted(answered: Counter[str], rows: Counter[str]) -> bool:
    """Whether each answered INVITE has a row. A row may have another Call-ID where there were two or none."""
    return (answered - rows).total() <= (rows - answered).total()


def plain(call_id: str) -> str:
    """What a Call-ID has in common with itself in the ledger, where strange octets are question marks."""
    return re.sub(r"[^\w@]|_", "", call_id, flags=re.ASCII)


def _sequence_of(answer: Answer) -> int:
    digits = answer.first("cseq").partition(" ")[0]
    return int(digits) if digits.isdigit() else 1
