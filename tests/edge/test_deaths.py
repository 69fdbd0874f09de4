"""Whatever dies of the edge: calls in progress talk on, new ones come through, nothing is left over."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from callers.errors import PhoneError
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.supervisor import ChildFailed
from tests.edge.conftest import Run
from tests.edge.stage import CALLER_HOST, HOST, THROUGH_AGAIN_S, EdgeStage, PlayedLine, answered, eventually


async def answered_again(phone: Phone, stage: EdgeStage) -> PhoneCall:
    """A call as soon as calls get through again; the phone itself repeats what is lost."""
    while True:
        try:
            return await answered(phone, stage)
        except PhoneError:
            await asyncio.sleep(0.1)  # the port was closed for a moment


@pytest.mark.parametrize("who", ["main process", "udp receiver child=1", "tcp main process", "timer"])
def test_kamailio_is_killed(edge: EdgeStage, run: Run, who: str) -> None:
    """Kill -9 of any of its processes in mid-call: BYEs still pass both ways, new calls come through.

    No process of the one that died is left.
    """

    async def scene() -> None:
        line = PlayedLine("line", places=9)
        async with edge.lines(line), Phone(CALLER_HOST) as phone:
            first, second = await answered(phone, edge), await answered(phone, edge)
            before = set(edge.kamailios())
            edge.kill(edge.pid_of(who))
            async with asyncio.timeout(THROUGH_AGAIN_S):
                await edge.is_replaced(before)
                third = await answered_again(phone, edge)
            await first.hold()
            await first.hang_up()
            await line.taken[0].ended(5)
            await line.taken[1].hang_up()
            await second.ended(5)
            await third.hang_up()

    run(scene())


def test_the_keeper_is_killed(stage: EdgeStage, run: Run) -> None:
    """Its Kamailio ends with it; one that was left all the same is ended by the next start."""
    stage.start()

    async def scene() -> None:
        await asyncio.sleep(2.0)  # a Kamailio that still starts does not hear SIGTERM in all its processes
        stage.kill(stage.keeper_pid)
        await eventually(lambda: not stage.kamailios())
        await eventually(stage.is_mended)
        await eventually(lambda: stage.ask_or_none("core.version"))

    run(scene())


def test_a_taken_port_is_told(stage: EdgeStage, capfd: pytest.CaptureFixture[str]) -> None:
    """One sentence and no traceback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, stage.port))
        with pytest.raises(ChildFailed):
            stage.start()
    assert f"SIP cannot listen on {stage.uri}" in capfd.readouterr().err
    assert stage.kamailios() == []


def test_a_kamailio_that_hangs_is_replaced(stage: EdgeStage) -> None:
    """Stopped processes answer nothing: the keeper ends them and starts anew."""
    stage.start()
    asyncio.run(stage.is_replaced(stage.freeze()))


def test_stopping_leaves_nothing(stage: EdgeStage) -> None:
    """SIGTERM ends the keeper well and all of Kamailio; what it ran on is closed to others."""
    stage.start()
    folder = stage.folder / "run" / "edge"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in private_files(folder)} == {0}
    stage.stop()
    assert stage.kamailios() == []
    assert stage.supervisor is not None
    process = stage.supervisor.children[0].process
    assert process is not None
    assert process.returncode == 0


def private_files(folder: Path) -> list[Path]:
    """What Kamailio runs on; the databases' own helpers are guarded by the folder."""
    return [path for path in folder.iterdir() if path.suffix in {".cfg", ".list", ".sqlite3"}]
