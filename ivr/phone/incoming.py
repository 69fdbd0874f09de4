"""An INVITE as it came over the wire, and what the script of a call must know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ivr.phone.leg import Leg

OPERATOR_HEADER = "x-hotline-operator"  # names the operator whose registered phone the edge has authenticated
LONGEST_NUMBER, LONGEST_CALL_ID = 64, 255  # what the ledger keeps of them
_HEAD_END = re.compile(r"\r?\n\r?\n")
_HEADER_END = re.compile(r"\r?\n(?![ \t])")  # a line that begins with a space goes on with the one before
_FOLD = re.compile(r"\r?\n[ \t]+")
_REQUEST_URI = re.compile(r"^\S+\s+(\S*).*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """An INVITE that has come in."""

    leg: Leg | None  # None where pjsip itself has refused it
    number: str  # the user part of the Request-URI: what was dialled
    caller: str | None  # the caller's number: P-Asserted-Identity, else From
    sip_call_id: str
    operator: str | None = None  # whose phone calls: the header that the edge sets, and takes from strangers
    is_canary: bool = False  # only the ledger can tell (`ledger.canaries`): nothing in an INVITE can
    refused_with: int | None = None  # by pjsip (486 for want of a leg, 415...), or to be refused by us

    @property
    def is_present(self) -> bool:
        """Whether the caller still has one of the line's legs."""
        return self.leg is not None and not self.leg.is_over


def read_invite(message: str, leg: Leg | None) -> Incoming:
    """The dialled number, the caller's number and the Call-ID of an INVITE as it came over the wire.

    Whatever a stranger has written: never raises, and gives printable text of a length that the ledger
    keeps. Headers end where an edge before us thinks they do (RFC 3261, 7.3.1), and the first of several
    counts: what it has taken out must not be found again in a body, a folded line or a second header.
    """
    start, *lines = _HEADER_END.split(_HEAD_END.split(message, maxsplit=1)[0])
    headers: dict[str, str] = {}
    for name, value in map(_header, lines):
        headers.setdefault(name, value)
    identity = headers.get("p-asserted-identity") or headers.get("from") or headers.get("f") or ""
    sip_call_id = headers.get("call-id") or headers.get("i") or ""
    return Incoming(
        leg=leg,
        number=_user_part(_REQUEST_URI.sub(r"\1", start)),
        caller=_user_part(identity) or None,
        sip_call_id=_printable(sip_call_id)[:LONGEST_CALL_ID],
        operator=headers.get(OPERATOR_HEADER) or None,
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), _FOLD.sub(" ", value).strip()


def _printable(text: str) -> str:
    """Octets that are no UTF-8 come as surrogates, which no database takes; nor does it take a NUL."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _user_part(address: str) -> str:
    """The user of a SIP or tel URI, in a header or bare, without parameters; escapes are resolved."""
    _, bracket, inside = address.rpartition("<")  # a display name may say anything
    uri = inside.partition(">")[0] if bracket else address
    scheme, _, rest = uri.strip().partition(":")
    user, at, _ = rest.partition("@")
    if not at and scheme.lower() != "tel":
        return ""  # a host alone
    return _printable(unquote(user.partition(";")[0]))[:LONGEST_NUMBER]
