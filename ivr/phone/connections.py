"""How many TCP connections a line holds at once, and how fast they may come.

pjsip is compiled to wait for 64 sockets, keeps a closed one's place for half a second, and the process
aborts at the one beyond: 60 connections of one stranger would end two conversations. So the oldest goes
when there are too many. A caller whose phone loses its connection in a call opens another for the BYE
(RFC 3261, 18.1.1); the audio has never used it.

pjsip accepts all that wait before it closes any. So the door is shut meanwhile: the kernel drops what
knocks, and who is no attacker knocks again after a second.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from ctypes import addressof, create_string_buffer
from pathlib import Path
from typing import Any

import pjsua2 as pj

MOST_OPEN = 24
MOST_PLACES = 32  # of 64: UDP and TCP listen, legs have 24 sockets (turnstile.py)
REST_S = 0.7  # after its end, until pjsip has surely freed a connection's place
_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27  # Linux, socket(7); the socket module does not name them
_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # classic BPF: return 0 octets of every packet

Handle = Any  # pjsip's transport; int() of it is its identity until it is destroyed


class Door:
    """The listening socket that pjsip has opened at `port`. Shut, it lets nobody in and refuses nobody."""

    def __init__(self, port: int) -> None:
        self._listener = _find_listener(port)
        self.is_shut = False

    def shut(self) -> None:
        """Let nobody in for now."""
        program = create_string_buffer(_DROP_ALL, len(_DROP_ALL))
        filter_of_one = struct.pack("HP", 1, addressof(program))
        self._listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, filter_of_one)
        self.is_shut = True

    def open(self) -> None:
        """Let them in again."""
        self._listener.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
        self.is_shut = False

    def close(self) -> None:
        """Forget the socket; pjsip's own stays."""
        self._listener.close()


class Connections:
    """The connections of one endpoint, oldest first. `close` starts a connection's shutdown."""

    def __init__(self, door: Door, close: Callable[[Handle], None]) -> None:
        self._door, self._close = door, close
        self._open: dict[int, Handle] = {}
        self._closing: set[int] = set()
        self._resting = 0

    def note(self, handle: Handle, state: int) -> None:
        """Pjsip tells that a connection was made, shut or destroyed. Called while the loop runs."""
        identity = int(handle)
        if state == pj.PJSIP_TP_STATE_CONNECTED:
            self._open[identity] = handle
            self._make_room()
        elif state == pj.PJSIP_TP_STATE_DESTROY and self._is_known(identity):
            self._open.pop(identity, None)
            self._closing.discard(identity)
            self._resting += 1
            asyncio.get_running_loop().call_later(REST_S, self._end_rest)

    @property
    def _places(self) -> int:
        return len(self._open) + len(self._closing) + self._resting

    def _is_known(self, identity: int) -> bool:
        return identity in self._open or identity in self._closing

    def _make_room(self) -> None:
        if self._places >= MOST_PLACES and not self._door.is_shut:
            self._door.shut()
        if len(self._open) > MOST_OPEN:
            oldest = next(iter(self._open))
            self._closing.add(oldest)
            self._close(self._open.pop(oldest))

    def _end_rest(self) -> None:
        self._resting -= 1
        if self._door.is_shut and self._places < MOST_PLACES:
            self._door.open()


def _find_listener(port: int) -> socket.socket:
    """Another descriptor of our process's socket that listens at `port`. Raises LookupError."""
    for entry in Path("/proc/self/fd").iterdir():
        found = socket_of(int(entry.name))
        if found is None:
            continue
        if _listens_at(found, port):
            return found
        found.close()
    raise LookupError(f"nothing in this process listens at TCP port {port}")


def socket_of(number: int) -> socket.socket | None:
    """Another descriptor of the socket that a descriptor of this process is; None where it is none."""
    try:
        copy = os.dup(number)
    except OSError:  # gone already: it was the folder that we are reading
        return None
    try:
        return socket.socket(fileno=copy)
    except OSError:  # a file
        os.close(copy)
        return None


def _listens_at(found: socket.socket, port: int) -> bool:
    is_tcp = found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM
    listens = is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    return listens and found.getsockname()[1] == port
