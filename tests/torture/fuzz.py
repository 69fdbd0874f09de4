"""A seeded mutational fuzz: good messages, damaged in a way that can be had again by its seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.torture.text import Aim, invite, offer, request

WORDS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\r\n ", b"\x00", b"\xff\xfe", b"\xe4\xb8\xad", b"\x0b", b"%00",
    b"%", b"%s%n", b"<", b">", b'"', b"\\", b";", b":", b",", b"@", b"=", b"?", b" ", b"\t", b"[::1]",
    b"sip:", b"sips:", b"tel:", b"0", b"-1", b"2147483648", b"4294967296", b"18446744073709551616",
    b"9" * 300, b"A" * 1500, b"();'--", b";tag=", b";branch=z9hG4bK", b";lr", b";maddr=127.0.0.9",
    b";transport=tcp", b";received=127.0.0.9", b";rport=0", b"Route: <sip:127.0.0.9;lr>\r\n",
    b"Replaces: a;to-tag=b;from-tag=c\r\n", b"Require: 100rel\r\n", b"Content-Length: 5\r\n",
    b"Content-Type: multipart/mixed;boundary=x\r\n", b"Session-Expires: 1\r\n",
    b"P-Asserted-Identity: <sip:110@x>\r\n", b"Refer-To: <sip:900@127.0.0.9>\r\n", b"Expect: \r\n",
    b"m=audio 0 RTP/AVP 8\r\n", b"m=video 9 RTP/AVP 31\r\n", b"m=audio 65536 RTP/SAVP 0\r\n",
    b"a=rtpmap:8 x/0\r\n", b"a=rtpmap:8 PCMA/99999999999\r\n", b"a=ptime:0\r\n", b"a=ptime:99999\r\n",
    b"c=IN IP6 ::1\r\n", b"c=IN IP4 0.0.0.0\r\n", b"c=IN IP4 255.255.255.255\r\n", b"a=fmtp:8 mode=-1\r\n",
    b"a=inactive\r\n", b"a=crypto:1 X inline:A\r\n", b"t=\r\n",
)  # fmt: skip

Mutation = Callable[[random.Random, bytearray], None]


def _flip(chance: random.Random, octets: bytearray) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)


def _cut(chance: random.Random, octets: bytearray) -> None:
    start = chance.randrange(len(octets))
    del octets[start : start + chance.choice((1, 2, 5, 20, 200))]


def _repeat(chance: random.Random, octets: bytearray) -> None:
    start = chance.randrange(len(octets))
    piece = octets[start : start + chance.choice((1, 5, 40))]
    octets[start:start] = piece * chance.choice((1, 2, 30))


def _insert(chance: random.Random, octets: bytearray) -> None:
    start = chance.randrange(len(octets) + 1)
    octets[start:start] = chance.choice(WORDS)


def _replace(chance: random.Random, octets: bytearray) -> None:
    word = chance.choice(WORDS)
    start = chance.randrange(len(octets))
    octets[start : start + len(word)] = word


def _change_line(chance: random.Random, octets: bytearray) -> None:
    """Drop, double, move or empty one line; a word goes to the beginning of one."""
    lines = bytes(octets).split(b"\r\n")
    at = chance.randrange(len(lines))
    line = lines[at]
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(chance.randrange(len(lines)), line)
        case 2:
            lines[at] = line.partition(b":")[0] + b":"
        case 3:
            lines[at] = line.partition(b":")[0] + b": " + chance.choice(WORDS)
        case _:
            lines.insert(at, chance.choice(WORDS).rstrip(b"\r\n"))
    octets[:] = b"\r\n".join(lines)


MUTATIONS: Sequence[Mutation] = (_flip, _cut, _repeat, _insert, _replace, _change_line, _change_line)


def mutate(chance: random.Random, message: bytes) -> bytes:
    """One to four injuries; about one in ten messages stays whole."""
    octets = bytearray(message)
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 2, 3, 4, 4))):
        if octets:
            chance.choice(MUTATIONS)(chance, octets)
    return bytes(octets[:60_000])


SEEDS: tuple[Callable[[Aim], bytes], ...] = (
    invite,
    invite,
    lambda aim: invite(aim, body=b""),
    lambda aim: invite(
        aim, extra=("Supported: timer, 100rel, replaces", "Session-Expires: 90;refresher=uas")
    ),
    lambda aim: invite(aim, body=multipart(aim), content_type="multipart/mixed;boundary=xyz"),
    lambda aim: request(aim, "REGISTER", uri=f"sip:{aim.host_port}"),
    lambda aim: request(aim, "OPTIONS"),
    lambda aim: request(aim, "BYE", change={"To": f"<{aim.uri}>;tag=x"}),
    lambda aim: request(aim, "CANCEL"),
    lambda aim: request(aim, "ACK"),
    lambda aim: request(aim, "SUBSCRIBE", extra=("Event: presence", "Expires: 60")),
    lambda aim: request(aim, "NOTIFY", extra=("Event: message-summary", "Subscription-State: active")),
    lambda aim: request(aim, "MESSAGE", body=b"\xe4\xbd\xa0\xe5\xa5\xbd", content_type="text/plain"),
    lambda aim: request(aim, "REFER", extra=(f"Refer-To: <sip:900@{aim.foreign}>",)),
)

# What is sent within a call: method, further headers, body
DIALOG_SEEDS: tuple[tuple[str, tuple[str, ...], Callable[[Aim], bytes]], ...] = (
    ("INFO", ("Content-Type: application/dtmf-relay",), lambda _: b"Signal=5\r\nDuration=160\r\n"),
    ("INFO", ("Content-Type: application/dtmf",), lambda _: b"5"),
    ("INVITE", ("Content-Type: application/sdp",), offer),
    ("UPDATE", ("Content-Type: application/sdp",), offer),
    ("REFER", ("Refer-To: <sip:900@127.0.0.9>",), lambda _: b""),
    ("MESSAGE", ("Content-Type: text/plain",), lambda _: b"hello"),
    ("PRACK", ("RAck: 1 1 INVITE",), lambda _: b""),
    ("NOTIFY", ("Event: refer", "Subscription-State: active"), lambda _: b""),
    ("OPTIONS", (), lambda _: b""),
    ("ACK", (), lambda _: b""),
    ("BYE", (), lambda _: b""),
)


def multipart(aim: Aim) -> bytes:
    """An offer within a multipart body."""
    return b"--xyz\r\nContent-Type: application/sdp\r\n\r\n" + offer(aim) + b"\r\n--xyz--\r\n"
