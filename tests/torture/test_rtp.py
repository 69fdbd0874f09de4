"""Strangers at a call's audio port: the call goes on, and the recording stays as long as it."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import wave
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from callers.g711 import PCMA
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call
from tests.ivr.people import hear, loudness, reach_menu
from tests.ivr.stage import RATE_HZ, tone
from tests.torture.target import LineTarget

SAY_HZ, FORGED_HZ = 440, 1000
FLOOD, BURST = 2000, 50  # packets; so many before others may speak
FORGED = PCMA.encode(tone(FORGED_HZ, 0.02, level=0.9))
Packet = Callable[[random.Random, int], bytes]
Send = Callable[[bytes], None]


def rtp(number: int, *, ssrc: int, payload: bytes = FORGED, stamp: int | None = None) -> bytes:
    """An RTP packet of A-law (RFC 3550, 5.1)."""
    at = number * 160 if stamp is None else stamp
    return struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, at & 0xFFFFFFFF, ssrc) + payload


def garbage(chance: random.Random, _number: int) -> bytes:
    """Octets of any number."""
    return chance.randbytes(chance.choice((0, 1, 11, 12, 13, 200, 1400)))


def wrong_ssrc(_chance: random.Random, number: int) -> bytes:
    """Good audio of another source."""
    return rtp(number, ssrc=0xBADBAD)


def leaping(chance: random.Random, _number: int) -> bytes:
    """Sequence numbers and timestamps from anywhere."""
    return rtp(chance.randrange(65536), ssrc=0xBAD, stamp=chance.randrange(2**32))


def odd_headers(chance: random.Random, number: int) -> bytes:
    """Extensions and sources that are not there, padding beyond the packet, unknown codecs."""
    first = chance.choice((0x80, 0x90, 0xA0, 0xBF, 0x40, 0xFF))
    kind = chance.choice((8, 0, 101, 127, 200, 201))
    return (
        bytes([first, kind]) + rtp(number, ssrc=7, payload=chance.randbytes(chance.choice((0, 4, 160))))[2:]
    )


PACKETS: list[Packet] = [garbage, wrong_ssrc, leaping, odd_headers]


async def flood(send: Send, packets: list[Packet]) -> None:
    """Two thousand packets, in bursts."""
    chance = random.Random(1)
    for number in range(FLOOD):
        send(chance.choice(packets)(chance, number))
        if number % BURST == 0:
            await asyncio.sleep(0.01)


async def attacked_call(line: LineTarget, attack: Callable[[PhoneCall], Awaitable[None]]) -> Call:
    """A caller says a tone in the menu during an attack, presses a key after it, hears what the key says."""
    async with Phone() as phone:
        call = await reach_menu(phone, line)  # type: ignore[arg-type]
        attacking = asyncio.ensure_future(attack(call))
        await call.play(tone(SAY_HZ, 1.0))
        await attacking
        await call.pause(0.3)
        await call.send_digits("2")
        await hear(call, "news")
        await call.ended(10)
        return await line.ended_row_of(call.sip_call_id or "")


def captured(line: LineTarget, row: Call, side: str) -> np.ndarray:
    """A captured file's samples."""
    with wave.open(str(line.folder / "capture" / f"{row.id}.{side}.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def check_length(line: LineTarget, row: Call) -> None:
    """Both files are as long as the call."""
    assert row.answered_at is not None
    assert row.ended_at is not None
    length_s = (row.ended_at - row.answered_at).total_seconds()
    for side in ("said", "heard"):
        assert len(captured(line, row, side)) / RATE_HZ == pytest.approx(length_s, abs=0.2)


def test_a_strangers_flood_does_not_stop_the_call(line: LineTarget) -> None:
    """2,000 packets of four kinds from a foreign address, and as many to the RTCP port."""

    async def attack(call: PhoneCall) -> None:
        host, port = call.media._remote or ("", 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            stranger.setblocking(False)
            await flood(lambda octets: stranger.sendto(octets, (host, port)) and None, PACKETS)
            await flood(
                lambda octets: stranger.sendto(octets, (host, port + 1)) and None, [garbage, odd_headers]
            )

    check_length(line, asyncio.run(attacked_call(line, attack)))


def test_a_forged_source_does_not_stop_the_call(line: LineTarget) -> None:
    """The same with the caller's own address and port as the source, as a spoofer would have them."""

    async def attack(call: PhoneCall) -> None:
        remote = call.media._remote or ("", 0)
        await flood(lambda octets: call.media.socket.send(octets, remote), PACKETS)

    check_length(line, asyncio.run(attacked_call(line, attack)))


def test_a_few_forged_packets_are_not_recorded(line: LineTarget) -> None:
    """Single packets of a stranger with another SSRC, while the caller speaks."""

    async def attack(call: PhoneCall) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            for number in range(40):
                stranger.sendto(rtp(number, ssrc=0xBADBAD), call.media._remote or ("", 0))
                await asyncio.sleep(0.02)

    row = asyncio.run(attacked_call(line, attack))
    said = captured(line, row, "said")
    assert loudness(said, SAY_HZ) > 0.9
    assert loudness(said, FORGED_HZ) < 0.1
