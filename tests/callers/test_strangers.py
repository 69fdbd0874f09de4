"""The phone talks to user agents that nobody here wrote: sipp and baresip from Debian."""

from __future__ import annotations

import asyncio
import socket
import wave
from pathlib import Path

import numpy as np
import pytest

from callers.hearing import tone
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import CallEnd
from tests.programs import needs

BARESIP_MODULES = Path("/usr/lib/baresip/modules")


def free_port() -> int:
    """A UDP port that nobody has now; sipp and baresip cannot tell which one they were given."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(*command: str) -> asyncio.subprocess.Process:
    """Start a program without a terminal."""
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *command, stdin=quiet, stdout=quiet, stderr=asyncio.subprocess.PIPE
    )


@needs("sipp")
def test_calling_sipp(run):
    """The phone calls sipp's own answering scenario, which ends without a fault."""

    async def scene():
        port = free_port()
        sipp = await start(
            "sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-m", "1", "-timeout", "20s", "-nostdin"
        )
        async with Phone() as phone:
            call = await phone.dial(f"sip:service@127.0.0.1:{port}")  # repeated until sipp listens
            await call.answered(15)
            assert 180 in call.statuses
            await call.hang_up()
            assert call.end == CallEnd.NEAR_HUNG_UP
            _, errors = await sipp.communicate()
            assert sipp.returncode == 0, errors.decode()

    run(scene())


@needs("sipp")
def test_sipp_calls(run):
    """The calling scenario of sipp itself calls the phone, hears it answer and hangs up without a fault."""

    async def scene():
        async with Phone(user="service") as phone:
            calls: asyncio.Queue[IncomingCall] = asyncio.Queue()

            async def take(call: IncomingCall) -> None:
                await call.ring()
                await call.answer()
                calls.put_nowait(call)

            phone.on_invite = take
            host, port = phone.address
            sipp = await start(
                "sipp", "-sn", "uac", "-i", "127.0.0.1", "-p", str(free_port()), "-m", "3", "-d", "200",
                "-timeout", "20s", "-nostdin", f"{host}:{port}",
            )  # fmt: skip
            ends = [await (await calls.get()).ended(10) for _ in range(3)]
            _, errors = await sipp.communicate()
            assert sipp.returncode == 0, errors.decode()
            assert ends == [CallEnd.FAR_HUNG_UP] * 3

    run(scene())


def baresip_home(folder: Path, port: int, says: Path) -> Path:
    """A configuration in which baresip answers by itself, says a file and writes what it hears."""
    folder.mkdir()
    lines = [
        f"sip_listen 127.0.0.1:{port}",
        "net_interface 127.0.0.1",
        f"module_path {BARESIP_MODULES}",
        *(f"module {name}.so" for name in ("g711", "aufile", "aubridge", "sndfile")),
        *(f"module_app {name}.so" for name in ("account", "menu")),
        f"audio_source aufile,{says}",
        "audio_player aubridge,nobody",
        f"snd_path {folder}",
    ]
    (folder / "config").write_text("\n".join(lines) + "\n")
    (folder / "accounts").write_text(
        f"<sip:stranger@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs=PCMA\n"
    )
    (folder / "contacts").write_text("")
    return folder


@needs("baresip")
def test_calling_baresip(run, tmp_path):
    """A baresip answers, its tone is heard here, and the phone's tone is in what baresip recorded."""
    says = tmp_path / "says.wav"
    with wave.open(str(says), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(tone(1000, 8.0).tobytes())

    async def scene():
        port = free_port()
        home = baresip_home(tmp_path / "home", port, says)
        stranger = await start("baresip", "-f", str(home))
        try:
            async with Phone() as phone:
                call = await phone.dial(f"sip:stranger@127.0.0.1:{port}")
                await call.answered(15)
                await call.wait_for_tone(1000, 5)
                await call.play(tone(440, 1.0))
                await call.hang_up()
        finally:
            if stranger.returncode is None:
                stranger.terminate()
            await stranger.communicate()
        return sorted(home.glob("dump-*-dec.wav"))

    recordings = run(scene())
    assert recordings
    with wave.open(str(recordings[0])) as file:
        rate_hz, samples = file.getframerate(), np.frombuffer(file.readframes(10**7), np.int16)
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    assert np.argmax(spectrum) * rate_hz / len(samples) == pytest.approx(440, abs=5)
