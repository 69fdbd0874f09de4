"""Addresses within the console: nothing that a visitor sends may lead to another host."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from ledger.records import User
from ledger.states import UserRole

HOME = "/calls"


def home_of(user: User) -> str:
    """The list; for an operator the own page, which is all that an operator sees."""
    return f"/operators/{quote(user.name, safe='')}" if user.role is UserRole.OPERATOR else HOME


def local_path(address: str) -> str:
    """The address if it is a path of this console, else the list."""
    parts = urlsplit(address)
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not is_local or address.startswith("//") or "\\" in address or not address.isprintable():
        return HOME
    return address
