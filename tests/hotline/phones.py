"""Phones that nobody here wrote: baresip and sipp, driven for the tests."""

from __future__ import annotations

import asyncio
import socket
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from callers.g711 import PCMA
from hotline.ports import free_port

HOST = "127.0.0.1"
RTP_HEADER_BYTES = 12
BARESIP_MODULES = "/usr/lib/baresip/modules"


class Baresip:
    """A running baresip: speaks `speech`, records what it hears, takes keys on a UDP console."""

    def __init__(self, folder: Path, console: tuple[str, int]) -> None:
        self._folder, self._console = folder, console

    def heard(self) -> Path:
        """What it has recorded of the other side."""
        (recording,) = self._folder.glob("dump-*-dec.wav")
        return recording

    def press(self, key: str) -> None:
        """A key of the keypad, or one of baresip's commands (b: hang up, q: quit)."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(key.encode(), self._console)


@asynccontextmanager
async def baresip(
    folder: Path, target: str | None, *, user: str, speech: Path, srtp: str | None = None, port: int = 0
) -> AsyncIterator[Baresip]:
    """Baresip calling `target`, or without one answering whoever calls `port`; it is ended with the block.

    `srtp` is its media encryption: srtp offers keys (RFC 4568) with RTP/AVP, srtp-mand with RTP/SAVP.
    """
    folder.mkdir()
    console = (HOST, free_port())
    (folder / "config").write_text(
        textwrap.dedent(f"""\
            module_path {BARESIP_MODULES}
            sip_listen {HOST}:{port}
            audio_source aufile,{speech}
            audio_player aubridge,nobody
            snd_path {folder}
            net_interface {HOST}
            cons_listen {HOST}:{console[1]}
            module aufile.so
            module aubridge.so
            module g711.so
            module sndfile.so
            module srtp.so
            module cons.so
            module_app account.so
            module_app menu.so
            """)
    )
    ways = (f";mediaenc={srtp}" if srtp else "") + ("" if target else ";answermode=auto")
    (folder / "accounts").write_text(f"<sip:{user}@{HOST}>;regint=0;audio_codecs=PCMA/8000/1{ways}\n")
    (folder / "contacts").write_text("")
    process = await asyncio.create_subprocess_exec(
        "baresip", "-f", str(folder), "-t", "120", *(["-e", f"/dial {target}"] if target else []),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    phone = Baresip(folder, console)
    try:
        yield phone
    finally:
        if process.returncode is None:
            phone.press("q")
            try:
                await asyncio.wait_for(process.wait(), 5)
            except TimeoutError:
                process.kill()
                await process.wait()


class RtpSink(asyncio.DatagramProtocol):
    """Keeps the A-law audio of an RTP stream: sipp itself cannot record what it hears."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        """An RTP packet; only payload type 8 (PCMA, RFC 3551) is kept."""
        if data[1] & 0x7F == 8:
            self.payloads.append(data[RTP_HEADER_BYTES:])

    def samples(self) -> np.ndarray:
        """What was heard, 16 bit at 8000 Hz."""
        return PCMA.decode(b"".join(self.payloads))


async def run_sipp(
    folder: Path, scenario: Path, target: str, *, number: str, user: str, rtp_port: int
) -> tuple[int, str]:
    """One call of a scenario; gives sipp's exit status and what it wrote of its errors."""
    errors = folder / "sipp-errors"
    process = await asyncio.create_subprocess_exec(
        "sipp", target, "-sf", str(scenario), "-s", number, "-m", "1", "-i", HOST, "-nostdin",
        "-timeout", "90", "-timeout_error", "-trace_err", "-error_file", str(errors),
        "-key", "caller", user, "-key", "heard_at", str(rtp_port),
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    status = await process.wait()
    return status, errors.read_text() if errors.exists() else ""
