"""Which ports are free."""

from __future__ import annotations

import os
import socket
from itertools import count

LOOPBACK = "127.0.0.1"
TRIES = 100
FIRST, MANY = 10_240, 6_144  # below those that the kernel gives to whoever asks for any, and below audio
_APART = 509  # where processes that start one after the other begin to look
_numbers = count(os.getpid() * _APART)


def is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    """Whether we could listen there: SOCK_DGRAM for UDP, SOCK_STREAM for TCP."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of loopback that nobody uses now, neither by UDP nor by TCP. Raises OSError.

    It is used some moments later: nobody is given it meanwhile, and other processes look elsewhere.
    """
    for _ in range(TRIES):
        port = FIRST + next(_numbers) % MANY
        if is_free(LOOPBACK, port, socket.SOCK_DGRAM) and is_free(LOOPBACK, port, socket.SOCK_STREAM):
            return port
    raise OSError("no port of loopback is free")
