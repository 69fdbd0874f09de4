"""Addresses within the console: nothing that a visitor sends may lead to another host."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/calls"


def local_path(address: str) -> str:
    """The address if it is a path of this console, else the list."""
    parts = urlsplit(address)
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not is_local or address.startswith("//") or "\\" in address or not address.isprintable():
        return HOME
    return address
