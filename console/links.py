"""Addresses within the console: nothing that a visitor sends may lead to another host."""

from __future__ import annotations

from urllib.parse import urlsplit

from ledger.records import User
from ledger.states import UserRole

API = "/api/"  # what is for programs begins so
HOME = "/calls"
WORKPLACE = "/workplace"
HANDED_OUT = "/handed-out"
AUDIT = "/audit"
ME = "/me"
OWN_PASSWORD = "/me/password"  # noqa: S105 - a page
OWN_CODES = "/me/codes"
PEOPLE = "/people"
TICKETS = "/tickets"
DIRECTORY = "/directory"


def home_of(user: User) -> str:
    """The first page of somebody: for the staff the list of calls."""
    homes = {
        UserRole.OPERATOR: WORKPLACE,
        UserRole.SUPERVISOR: HANDED_OUT,
        UserRole.AUDITOR: AUDIT,
        UserRole.DISPATCHER: TICKETS,
        UserRole.EDITOR: DIRECTORY,
    }
    return homes.get(user.role, HOME)


def local_path(address: str) -> str:
    """The address if it is a path of this console, else the list."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "//[" begins an IPv6 address that does not end
        return HOME
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not is_local or address.startswith("//") or "\\" in address or not address.isprintable():
        return HOME
    return address
