"""How long packets lie in a socket until pjsip reads them.

A line reads at a pace (sip_loop.py), and a leg's packets come at any moment of it: up to 20 ms that pjsip's
buffer knows nothing of, always the same for one leg as long as the phone's clock is like ours.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import time
from pathlib import Path

from ivr.phone.connections import socket_of

_SIOCGSTAMPNS = 0x8907  # Linux, socket(7): when the packet that was read last had come
_TIMESPEC = struct.Struct("@ll")
_LONGEST_S = 0.1  # more was no packet of now


class AudioSocket:
    """The socket of this process that receives at a UDP port; not kept open by us."""

    def __init__(self, port: int) -> None:
        self.port, self._descriptor = port, _find(port)

    def unread_s(self, read_at_s: float) -> float | None:
        """How long the newest packet had lain when it was read, at a monotonic time; None where unknown."""
        if self._descriptor is None:
            return None
        try:
            stamp = fcntl.ioctl(self._descriptor, _SIOCGSTAMPNS, bytes(_TIMESPEC.size))
        except OSError:  # the first asking turns the stamps on; later pjsip may have closed it
            return None
        seconds, nanoseconds = map(int, _TIMESPEC.unpack(stamp))
        came_s = seconds + nanoseconds * 1e-9 - (time.time() - time.monotonic())
        return read_at_s - came_s if 0 <= read_at_s - came_s < _LONGEST_S else None


def _find(port: int) -> int | None:
    for entry in Path("/proc/self/fd").iterdir():
        found = socket_of(int(entry.name))
        if found is None:
            continue
        with found:
            is_udp = found.type == socket.SOCK_DGRAM and found.family == socket.AF_INET
            if is_udp and found.getsockname()[1] == port:
                return int(entry.name)
    return None
