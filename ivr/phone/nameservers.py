"""Whom pjsip asks for the addresses of names.

Without name servers pjsip asks the system and waits for it, and audio waits too. With name servers it
asks and goes on. `/etc/hosts` is not read.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

RESOLV_CONF = Path("/etc/resolv.conf")
NOBODY = (
    "127.0.0.1"  # where the machine knows no server, names cannot be resolved; audio must not wait for that
)


def nameservers(file: Path = RESOLV_CONF) -> list[str]:
    """The IPv4 addresses of the machine's name servers (resolv.conf(5)); never none."""
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    words = [line.split() for line in lines]
    named = [rest[0] for keyword, *rest in filter(None, words) if keyword == "nameserver" and rest]
    return [address for address in named if _is_ipv4(address)] or [NOBODY]


def _is_ipv4(address: str) -> bool:
    try:
        IPv4Address(address)
    except ValueError:
        return False
    return True
