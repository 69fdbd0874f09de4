"""What a provider tells of itself and of somebody."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.links import HOME, local_path
from console.tokens import new_token
from ledger.states import UserRole


class Metadata(BaseModel):
    """What a provider publishes (OpenID Connect Discovery 1.0, section 3), as far as we need it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """Who somebody is and may be, as the provider says."""

    subject: str
    name: str
    display_name: str
    role: UserRole
    desks: frozenset[str] | None  # None: it is not the provider who says it
    teams: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider and back, bound to the browser by a secret in its cookie (RFC 7636)."""

    secret: str

    @classmethod
    def begin(cls) -> Attempt:
        """A new one."""
        return cls(new_token())

    @property
    def nonce(self) -> str:
        """What the ID token must carry."""
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """What the code is redeemed with: 43 characters."""
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (S256)."""
        return _text_of(hashlib.sha256(self.verifier.encode()).digest())

    def state(self, next_path: str) -> str:
        """What comes back with the code: that this browser asked, and where it wanted to go."""
        path = local_path(next_path)
        return f"{self._derive('state ' + path)}.{_text_of(path.encode())}"

    def next_path(self, state: str) -> str | None:
        """Where the browser wanted to go; None: the state is not of this attempt."""
        try:
            path = base64.urlsafe_b64decode(state.partition(".")[2] + "==").decode()
        except (binascii.Error, ValueError):
            path = HOME
        is_own = bool(self.secret) and hmac.compare_digest(self.state(path).encode(), state.encode())
        return path if is_own else None

    def _derive(self, purpose: str) -> str:
        return _text_of(hmac.new(self.secret.encode(), purpose.encode(), hashlib.sha256).digest())


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim, also within others: `realm_access.roles`; None where there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def texts_of(claim: Any) -> tuple[str, ...]:
    """A claim's texts: one, or a list of them."""
    if isinstance(claim, str):
        return (claim,)
    return tuple(one for one in claim if isinstance(one, str)) if isinstance(claim, list) else ()


def _text_of(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
