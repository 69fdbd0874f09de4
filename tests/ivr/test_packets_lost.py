"""What never came of a leg's audio, and when."""

from __future__ import annotations

import asyncio
import time

import pytest

from callers.network import Network
from callers.phone import Phone
from ivr.phone.packets import LossLog, Packets
from ledger.packet_losses import PacketLoss, read
from ledger.records import Call
from ledger.states import FactKey, Place
from tests.ivr.people import SAY_HZ, Desk, reach_menu
from tests.ivr.stage import Stage, tone


def test_an_outage_is_told_by_the_first_packet_after_it() -> None:
    """While nothing comes the counts stand still; the whole gap is lost, not its last half second."""
    log = LossLog()
    for at_s, received, lost in [(0.5, 25, 0), (1.0, 25, 0), (1.5, 25, 0), (2.0, 30, 45), (2.5, 55, 45)]:
        log.note(at_s, Packets(received=received, lost=lost))
    assert log.losses == [PacketLoss(start_s=0.5, end_s=2.0, lost=45, due=50)]


def test_another_stream_counts_from_nothing() -> None:
    """After a codec change the counts begin again: what was lost before is not lost twice, or given back."""
    log = LossLog()
    for at_s, received, lost in [(0.5, 20, 5), (1.0, 45, 5), (1.5, 10, 0), (2.0, 33, 2)]:
        log.note(at_s, Packets(received=received, lost=lost))
    assert [(loss.end_s, loss.lost) for loss in log.losses] == [(0.5, 5), (2.0, 2)]


def test_a_call_tells_what_was_lost_of_each_side(stage: Stage) -> None:
    """A fifth of the caller's packets is lost, of the operator's at most what a stalled phone sends late."""

    async def scenario() -> Call:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            call.media.network = Network(lost=0.2)
            await call.play(tone(SAY_HZ, 3.0))
            call.media.network = Network()
            await call.pause(0.7)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    losses = read(row.facts[FactKey.CALLER_LOST])
    of_operator = read(row.facts.get(FactKey.OPERATOR_LOST, ""))
    assert 3 * sum(loss.lost for loss in of_operator) < sum(loss.lost for loss in losses)
    talk = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    assert min(loss.start_s for loss in losses) > talk.start_s - 0.7
    assert max(loss.end_s for loss in losses) < talk.end_s
    assert sum(loss.lost for loss in losses) == pytest.approx(30, abs=15)


def test_what_came_too_late_to_be_heard_is_lost(stage: Stage) -> None:
    """Both phones stand still for half a second, then send everything at once: the buffer holds 240 ms."""

    async def scenario() -> Call:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            playing = asyncio.create_task(call.play(tone(SAY_HZ, 3.0)))
            await asyncio.sleep(1.0)
            time.sleep(0.5)  # nobody sends meanwhile
            await playing
            await call.pause(0.7)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    for side in (FactKey.CALLER_LOST, FactKey.OPERATOR_LOST):
        losses = read(row.facts[side])
        assert sum(loss.lost for loss in losses) == pytest.approx(13, abs=8), side
        assert max(loss.share for loss in losses) > 0.15
