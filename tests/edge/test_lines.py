"""Callers are spread over the lines by free places, and go on to the next line where one fails."""

from __future__ import annotations

import asyncio

import pytest

from callers.phone import Phone
from ledger.states import CallState, LineState, Reason, Result
from tests.edge.conftest import Run
from tests.edge.stage import CALLER_HOST, EdgeStage, PlayedLine, answered, eventually, reason_of, refused


def test_calls_are_spread_by_free_places(edge: EdgeStage, run: Run) -> None:
    """Twelve calls over three lines of four places: four each; the thirteenth hears 503 with Retry-After.

    It has a row that says so. When somebody hangs up there is a place again.
    """

    async def scene() -> None:
        played = [PlayedLine(f"spread-{number}", places=4) for number in range(3)]
        async with edge.lines(*played), Phone(CALLER_HOST) as phone:
            calls = [await phone.dial(f"sip:114@{edge.uri}") for _ in range(12)]
            await asyncio.gather(*(call.answered(10) for call in calls))
            assert [line.busy for line in played] == [4, 4, 4]
            late = await refused(phone, edge)
            assert late.status == 503
            assert late.remote_headers["Retry-After"] == "5"
            row = await edge.row_of(late)
            assert (row.state, row.hotline, row.caller) == (CallState.UNRECORDED, "114", phone.user)
            assert row.ending is not None
            assert (row.ending.result, row.ending.reason) == (Result.REFUSED, Reason.LINES_BUSY)
            await calls[5].hang_up()
            await answered(phone, edge)
            assert [line.busy for line in played] == [4, 4, 4]

    run(scene())


def test_free_places_count_and_not_calls(edge: EdgeStage, run: Run) -> None:
    """A line of five places takes four callers before one of a single place gets its first."""

    async def scene() -> None:
        small, large = PlayedLine("small", places=1), PlayedLine("large", places=5)
        async with edge.lines(small, large), Phone(CALLER_HOST) as phone:
            for _ in range(4):
                await answered(phone, edge)
            assert (small.busy, large.busy) == (0, 4)
            await answered(phone, edge)
            await answered(phone, edge)
            assert (small.busy, large.busy) == (1, 5)

    run(scene())


def test_calls_stay_counted_when_other_lines_come_and_go(edge: EdgeStage, run: Run) -> None:
    """A new list of lines leaves the places of those that stay taken: nobody is sent to a full line."""

    async def scene() -> None:
        first, second = PlayedLine("first"), PlayedLine("second")
        async with edge.lines(first), Phone(CALLER_HOST) as phone:
            await answered(phone, edge)
            await answered(phone, edge)
            async with edge.lines(second):
                await answered(phone, edge)
                await answered(phone, edge)
                assert (len(first.asked), len(second.asked)) == (2, 2)
                await refused(phone, edge)
                assert (len(first.asked), len(second.asked)) == (2, 2)

    run(scene())


def test_a_line_that_started_again_is_empty(edge: EdgeStage, run: Run) -> None:
    """The calls of a line's earlier start take none of its places."""

    async def scene() -> None:
        line = PlayedLine("phoenix")
        async with edge.lines(line), Phone(CALLER_HOST) as phone:
            await answered(phone, edge)
            await answered(phone, edge)
            await refused(phone, edge)
            edge.enter(line)
            await eventually(lambda: "duid=phoenix.2;" in str(edge.ask("dispatcher.list")))
            await answered(phone, edge)

    run(scene())


@pytest.mark.parametrize("status", [408, 480, 486, 500, 503])
def test_a_line_that_refuses_is_followed_by_the_next(edge: EdgeStage, run: Run, status: int) -> None:
    """The caller hears nothing of a line that could not take the call."""

    async def scene() -> None:
        bad, good = PlayedLine("bad", places=9, refuse=status), PlayedLine("good")
        async with edge.lines(bad, good), Phone(CALLER_HOST) as phone:
            call = await answered(phone, edge)
            assert (len(bad.asked), len(good.taken)) == (1, 1)
            assert call.statuses[-1] == 200
            await answered(phone, edge)
            assert len(bad.asked) == 2, "the failed try has given its place back"

    run(scene())


def test_every_line_refuses(edge: EdgeStage, run: Run) -> None:
    """When each has been tried once the caller hears 503, and the row says that the lines were busy."""

    async def scene() -> None:
        played = [PlayedLine(f"full-{number}", refuse=486) for number in range(2)]
        async with edge.lines(*played), Phone(CALLER_HOST) as phone:
            call = await refused(phone, edge)
            assert (call.status, [len(line.asked) for line in played]) == (503, [1, 1])
            assert call.remote_headers["Retry-After"] == "5"
            assert reason_of(await edge.row_of(call)) is Reason.LINES_BUSY

    run(scene())


def test_a_silent_line_is_left_until_it_answers_probes(edge: EdgeStage, run: Run) -> None:
    """A line that says nothing costs one caller two seconds; then it gets none, until it answers again."""

    async def scene() -> None:
        silent, good = PlayedLine("silent", places=9), PlayedLine("good", places=4)
        async with edge.lines(silent, good), Phone(CALLER_HOST) as phone:
            silent.hearing.deaf = True
            await answered(phone, edge)
            assert len(good.taken) == 1
            await eventually(lambda: "silent" in edge.known_lines(flags="I"))
            silent.hearing.deaf = False
            await eventually(lambda: "silent" in edge.known_lines(flags="A"))
            await answered(phone, edge)
            assert len(silent.taken) == 1

    run(scene())


def test_probes_find_a_dead_line(edge: EdgeStage, run: Run) -> None:
    """A line that died is taken out before anybody is sent there, and stays out when the list changes."""

    async def scene() -> None:
        dead, other = PlayedLine("dead", places=9), PlayedLine("other")
        async with edge.lines(dead), Phone(CALLER_HOST) as phone:
            dead.hearing.deaf = True
            await eventually(lambda: "dead" in edge.known_lines(flags="I"))
            async with edge.lines(other):
                assert "dead" in edge.known_lines(flags="I")
                await answered(phone, edge)
            dead.hearing.deaf = False

    run(scene())


def test_only_silence(edge: EdgeStage, run: Run) -> None:
    """Where the only line says nothing, the caller hears 503 and the row tells of a silent line."""

    async def scene() -> None:
        silent = PlayedLine("mute")
        async with edge.lines(silent), Phone(CALLER_HOST) as phone:
            silent.hearing.deaf = True
            call = await refused(phone, edge)
            assert call.status == 503
            assert reason_of(await edge.row_of(call)) is Reason.LINE_SILENT
            silent.hearing.deaf = False

    run(scene())


def test_a_call_given_up_at_a_silent_line(edge: EdgeStage, run: Run) -> None:
    """A caller who cancels before any line has heard of the call has a row too."""

    async def scene() -> None:
        silent = PlayedLine("mute-too")
        async with edge.lines(silent), Phone(CALLER_HOST) as phone:
            silent.hearing.deaf = True
            call = await phone.dial(f"sip:114@{edge.uri}")
            await call.wait_for_status(100)
            await call.hang_up()
            assert reason_of(await edge.row_of(call)) is Reason.CANCELLED
            silent.hearing.deaf = False

    run(scene())


def test_a_call_that_is_given_up_gives_its_place_back(edge: EdgeStage, run: Run) -> None:
    """CANCEL reaches the line, which tells of it itself; the place is free at once."""

    async def scene() -> None:
        line = PlayedLine("rings", places=1, only_rings=True)
        async with edge.lines(line), Phone(CALLER_HOST) as phone:
            for tries in (1, 2):
                call = await phone.dial(f"sip:114@{edge.uri}")
                await call.wait_for_status(180)
                await call.hang_up()
                assert len(line.asked) == tries
                assert await line.asked[-1].ended(5) == "cancelled"

    run(scene())


def test_a_draining_line_finishes_its_calls(edge: EdgeStage, run: Run) -> None:
    """It gets no new caller; what its callers and it send each other still passes."""

    async def scene() -> None:
        draining, other = PlayedLine("draining", places=9), PlayedLine("other")
        async with edge.lines(draining, other), Phone(CALLER_HOST) as phone:
            first, second = await answered(phone, edge), await answered(phone, edge)
            edge.set_state(draining, LineState.DRAINING)
            await eventually(lambda: "draining" in edge.known_lines(of_set=2))
            await answered(phone, edge)
            assert (len(draining.asked), len(other.asked)) == (2, 1)
            await first.hold()
            await first.hang_up()
            await draining.taken[0].ended(5)
            await draining.taken[1].hang_up()
            await second.ended(5)

    run(scene())
