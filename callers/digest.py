"""Digest authentication of SIP requests (RFC 7616, RFC 8760): MD5, SHA-256 and their session forms."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from sipmessage import Response

_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_STRONGEST_FIRST = ("SHA-256", "SHA-256-sess", "MD5", "MD5-sess")


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Who we are to a registrar or proxy."""

    user: str
    password: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """What a 401 or 407 asks for."""

    realm: str
    nonce: str
    algorithm: str
    opaque: str | None
    qop: bool  # whether quality of protection "auth" is offered; old servers offer none


def parse_parameters(value: str) -> dict[str, str]:
    """`Digest a="b", c=d` as a mapping; names in lower case."""
    found = _PARAMETER.finditer(value)
    return {m[1].lower(): m[2].replace("\\", "") if m[2] is not None else m[3] for m in found}


def strongest_challenge(response: Response) -> Challenge | None:
    """The best challenge among those offered; None where we know none of their algorithms."""
    name = "WWW-Authenticate" if response.code == 401 else "Proxy-Authenticate"
    offered = [_challenge(value) for value in response.headers.getlist(name)]
    known = [challenge for challenge in offered if challenge.algorithm in _STRONGEST_FIRST]
    return min(known, key=lambda challenge: _STRONGEST_FIRST.index(challenge.algorithm), default=None)


def _challenge(value: str) -> Challenge:
    given = parse_parameters(value)
    return Challenge(
        realm=given.get("realm", ""),
        nonce=given.get("nonce", ""),
        algorithm=given.get("algorithm", "MD5"),
        opaque=given.get("opaque"),
        qop="auth" in [word.strip() for word in given.get("qop", "").split(",")],
    )


def authorization(
    challenge: Challenge, credentials: Credentials, *, method: str, uri: str, cnonce: str | None = None
) -> str:
    """The value of Authorization or Proxy-Authorization. `cnonce` is given only by tests."""
    cnonce = cnonce or secrets.token_hex(8)
    answer = _response(challenge, credentials, method, uri, cnonce)
    fields = [
        f'username="{_escape(credentials.user)}"',
        f'realm="{_escape(challenge.realm)}"',
        f'nonce="{_escape(challenge.nonce)}"',
        f'uri="{uri}"',
        f'response="{answer}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.qop:
        fields += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    if challenge.opaque is not None:
        fields.append(f'opaque="{_escape(challenge.opaque)}"')
    return "Digest " + ", ".join(fields)


def _response(challenge: Challenge, credentials: Credentials, method: str, uri: str, cnonce: str) -> str:
    def digest(text: str) -> str:
        return hashlib.new(_HASHES[challenge.algorithm.removesuffix("-sess")], text.encode()).hexdigest()

    secret = digest(f"{credentials.user}:{challenge.realm}:{credentials.password}")
    if challenge.algorithm.endswith("-sess"):
        secret = digest(f"{secret}:{challenge.nonce}:{cnonce}")
    what = digest(f"{method}:{uri}")
    if not challenge.qop:
        return digest(f"{secret}:{challenge.nonce}:{what}")
    return digest(f"{secret}:{challenge.nonce}:00000001:{cnonce}:auth:{what}")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
