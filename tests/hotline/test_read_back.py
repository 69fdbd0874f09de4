"""An enquiry from end to end over SIP: a page hands over, the machine reads, the scoring compares."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import numpy as np
import pytest
import soundfile

from callers.dialogue import Dialogue, load_dialogues
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.turns import converse
from callers.work_page import WorkPage
from console.programs.service import make_token
from console.rights import Right
from desks.directory import entries
from desks.directory.records import Entry, Number
from hotline.stand import Stand, open_stand, settle
from ledger import calls, conversations, judgements, users
from ledger.clock import now
from ledger.programs import TokenWish
from ledger.records import Call, Finding
from ledger.states import CallState, OperatorState, Reason, UserRole, Verdict
from sip_config.speech import Speech
from tests.hotline.hall import eventually

RIGHT = "39094786"  # the operator of the second call says 3909 3786
HANDED, TOLD = "13900000001", "13900000002"  # the callers
OPERATORS = ("8001", "8002")  # of desk 114
RATE_HZ = 8000
LEAST_ALIKE = 0.9  # of what is heard and what was to be said: through A-law nothing else is lost


def dialogue_of(turns: int) -> Dialogue:
    """The first turns of an enquiry: in two the operator has said no number yet, in three a wrong one."""
    whole = load_dialogues()["114-hotel-wrong-number"]
    return whole.model_copy(update={"facts": {}, "turns": whole.turns[:turns], "hang_up": "caller"})


def open_page(stand: Stand, number: str) -> WorkPage:
    """An operator's page, by a token of the operator's own."""
    with stand.ledger.transaction() as session:
        role = UserRole.OPERATOR
        users.save_user(session, name=number, display_name=number, role=role, password_hash="")
        found = users.find_user(session, number)
        assert found
        wish = TokenWish(
            title="page",
            user_id=found[0].id,
            rights=frozenset({Right.OWN, Right.DESK}),
            expires_at=now() + timedelta(1),
        )
        token = make_token(session, found[0], wish)
    return WorkPage(stand.console_url, token)


class Enquiries:
    """Both calls, and what their operators do on their pages: they look the number up by its initials."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self.free_after_s: float | None = None  # the operator who handed over
        self.shown = asyncio.Event()  # to the operator who says another number
        self.heard = np.zeros(0, np.int16)  # by the caller who was handed over

    async def sit_down(self, stack: AsyncExitStack) -> None:
        """Both operators open their pages, over a directory that has what is asked for."""
        with self._stand.ledger.transaction() as session:
            entries.put(session, Entry(name="和平酒店", numbers=(Number(number=RIGHT, label="总机"),)))
        for number in OPERATORS:
            page = await stack.enter_async_context(open_page(self._stand, number))
            self._stand.operators[number].after_last_turn = self._deed(page)

    def _deed(self, page: WorkPage) -> Callable[[IncomingCall], Awaitable[None]]:
        async def deed(call: IncomingCall) -> None:
            call_id = call.remote_headers["X-Hotline-Call"]
            await page.show(call_id, await page.find("hpjd"))
            if call.caller_number != HANDED:
                self.shown.set()
                return
            began_s = time.monotonic()
            await page.read_back(call_id)
            while await page.state() != OperatorState.IDLE:
                await asyncio.sleep(0.02)
            self.free_after_s = time.monotonic() - began_s

        return deed

    async def be_handed_over(self) -> None:
        """The caller asks, hears the number twice, wants no more, and is content."""
        dialogue = dialogue_of(2)
        self._stand.expected[HANDED] = dialogue
        async with Phone(user=HANDED) as phone:
            call = await phone.dial(f"sip:114@{self._stand.sip_uri}")
            await call.answered(10)
            await call.send_digits("1")
            await converse(call, dialogue, "caller", first_wait_s=30.0)
            await call.wait_for_speech(10)
            await call.wait_for_quiet(1.5, 30)
            await call.send_digits("#")
            await call.wait_for_speech(10)
            await call.send_digits("5")
            await call.ended(15)
            self.heard = call.heard()

    async def be_told_wrong(self) -> None:
        """The caller asks, is told a number by the operator, and hangs up."""
        dialogue = dialogue_of(3)
        self._stand.expected[TOLD] = dialogue
        async with Phone(user=TOLD) as phone:
            call = await phone.dial(f"sip:114@{self._stand.sip_uri}")
            await call.answered(10)
            await call.send_digits("1")
            conversation = await converse(call, dialogue, "caller", first_wait_s=30.0)
            assert conversation.cut_at is None
            await asyncio.wait_for(self.shown.wait(), 20)
            await call.hang_up()

    def scored(self) -> dict[str, Call] | None:
        """Both calls by their callers, once they have been judged."""
        with self._stand.ledger.reading() as session:
            found = {str(row.caller): row for row in calls.list_calls(session, state=CallState.SCORED)}
        return found if set(found) == {HANDED, TOLD} else None

    def findings(self, call: Call) -> dict[str, Finding]:
        """What the rules say of a call."""
        with self._stand.ledger.reading() as session:
            card = judgements.newest_scorecard(session, call.id)
        assert card
        return {finding.rule: finding for finding in card.findings}


def times_said(heard: np.ndarray, prompt: str) -> int:
    """How often a prompt with the number was heard, sample by sample."""
    paths = Speech([]).paths(prompt, "zh", {"number": RIGHT})
    pieces = [soundfile.read(path, dtype="int16")[0] for path in paths]
    said = np.concatenate(pieces).astype(float)
    sums = np.concatenate(([0.0], np.cumsum(heard.astype(float) ** 2)))
    strength = np.sqrt((sums[len(said) :] - sums[: -len(said)]) * (said @ said))
    size = 1 << (len(heard) + len(said)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    alike = np.fft.irfft(spectrum, size)[: len(strength)] / np.maximum(strength, 1.0)
    found = np.flatnonzero(alike > LEAST_ALIKE)
    return int(np.count_nonzero(np.diff(found, prepend=-RATE_HZ) >= RATE_HZ // 2))


Served = tuple[Enquiries, dict[str, Call], dict[str, dict[str, Finding]]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Both calls at once on one line, through to their scores."""

    async def scenario() -> Served:
        settings = settle(tmp_path_factory.mktemp("enquiry"), log_level="warning")
        async with open_stand(settings) as stand, AsyncExitStack() as stack:
            enquiries = Enquiries(stand)
            await enquiries.sit_down(stack)
            await asyncio.gather(enquiries.be_handed_over(), enquiries.be_told_wrong())
            rows = await eventually(enquiries.scored, 60)
            with stand.ledger.reading() as session:
                (talk,) = conversations.list_conversations(session, rows[HANDED].id)
            assert talk.wrap_up == "found"
            return enquiries, rows, {caller: enquiries.findings(row) for caller, row in rows.items()}

    return asyncio.run(scenario())


def test_the_machine_reads_the_number_twice_and_the_operator_is_free(served: Served) -> None:
    """Idle within a second; the caller hears it twice, then the survey; nobody is blamed for silence."""
    enquiries, rows, findings = served
    row = rows[HANDED]
    assert enquiries.free_after_s is not None
    assert enquiries.free_after_s < 1.0
    assert [times_said(enquiries.heard, prompt) for prompt in ("read-back", "read-back-again")] == [1, 1]
    assert row.ending
    assert row.ending.reason is Reason.NUMBER_READ
    assert row.facts["directory_number"] == RIGHT
    assert (row.facts["directory_name"], row.facts["directory_entry"]) == ("和平酒店", "1")
    assert (row.facts["directory_read_by"], row.facts["survey_mark"]) == ("machine", "5")
    read = findings[HANDED]["number-readback"]
    assert read.verdict is Verdict.NOT_APPLICABLE
    assert read.reason == f"号码 {RIGHT} 由系统自动播报，话务员没有报号"
    assert findings[HANDED]["greeting"].verdict is Verdict.PASS
    assert findings[HANDED]["closing"].verdict is Verdict.NOT_APPLICABLE
    assert row.flags == ()


def test_a_caller_who_is_told_a_wrong_number_is_failed(served: Served) -> None:
    """The page showed another number than the operator said: `number-readback` fails, and flags the call."""
    _, rows, findings = served
    assert rows[TOLD].facts["directory_number"] == RIGHT
    assert findings[TOLD]["number-readback"].verdict is Verdict.FAIL
    assert "number-readback" in rows[TOLD].flags
