"""Asking Kamailio: JSON-RPC in datagrams on a socket that only its owner may use."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.errors import HotlineError

TIMEOUT_S = 2.0
LARGEST_ANSWER_BYTES = 1 << 17


class EdgeSilent(HotlineError):
    """Kamailio did not do what it was asked: it is starting, or stopping; the keeper asks again."""


def ask(folder: Path, method: str, *parameters: str | int) -> Any:
    """The result of one call to the Kamailio that runs in `folder`. Raises EdgeSilent."""
    request = {"jsonrpc": "2.0", "method": method, "params": list(parameters), "id": 1}
    try:
        with _connected(folder) as wire:
            wire.send(json.dumps(request).encode())
            answer = json.loads(wire.recv(LARGEST_ANSWER_BYTES))
    except (OSError, ValueError) as error:
        raise EdgeSilent(f"Kamailio did not answer {method}: {error}") from error
    if "error" in answer:
        raise EdgeSilent(f"Kamailio refused {method}: {answer['error'].get('message')}")
    return answer.get("result")


@contextmanager
def _connected(folder: Path) -> Iterator[socket.socket]:
    """A socket with an address of its own; by way of /proc, since a socket's path has 107 bytes at most."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
            wire.bind("")
            wire.settimeout(TIMEOUT_S)
            wire.connect(f"/proc/self/fd/{descriptor}/rpc")
            yield wire
    finally:
        os.close(descriptor)
