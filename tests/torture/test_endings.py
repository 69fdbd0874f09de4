"""Odd callers get true rows: who left at once has left, whose body is no offer was not found busy."""

from __future__ import annotations

import asyncio

from ledger.records import Ending
from ledger.states import Place, Reason, Result
from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import final_answer, leave, line_to


def ending_of(line: LineTarget, **options: object) -> tuple[int, Ending | None]:
    """The status of an INVITE that is left at once, and how its row says it ended."""

    async def scenario() -> tuple[int, Ending | None]:
        async with line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own)
            wire.send(invite(aim, **options))
            answer = await final_answer(wire, 5.0)
            assert answer is not None
            await leave(wire, aim, answer)
            return answer.status, (await line.ended_row_of(aim.call_id)).ending

    return asyncio.run(scenario())


def test_who_hangs_up_with_the_ack_has_left(line: LineTarget) -> None:
    """ACK and BYE in one breath: abandoned, not a call that failed for want of an ACK."""
    left = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.NOTICE)
    assert ending_of(line) == (200, left)


def test_a_body_that_is_no_offer_is_a_bad_request(line: LineTarget) -> None:
    """415 from pjsip itself: the row says so, and not that all lines were busy."""
    refused = Ending(result=Result.REFUSED, reason=Reason.BAD_REQUEST)
    assert ending_of(line, body=b"<audio/>", content_type="application/unknown") == (415, refused)
