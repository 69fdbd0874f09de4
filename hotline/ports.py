"""Which ports are free."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"
TRIES = 100


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
    """A port of loopback that nobody uses now, neither by UDP nor by TCP. Raises OSError."""
    for _ in range(TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
            if is_free(LOOPBACK, port, socket.SOCK_STREAM):
                return port
    raise OSError("no port of loopback is free")
