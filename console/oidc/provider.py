"""The provider over HTTPS: what it publishes, redeeming a code, and the ID token that comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from pydantic import ValidationError

from console.errors import ProviderAway, ProviderRefused
from console.oidc.keys import read_keys
from console.oidc.schemas import Attempt, Metadata
from ledger.settings import Oidc

TIMEOUT_S: Final = 10.0
FRESH_S: Final = 3600.0  # metadata and keys are asked for anew after it
SOONEST_S: Final = 60.0  # between two looks for a key that we do not know
AWAY_S: Final = 5.0  # between two tries to reach a provider that was away
LEEWAY_S: Final = 60  # that clocks may differ
# Signatures by keys that the provider publishes; "none" and shared secrets are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class Provider:
    """One provider. May be asked from any thread."""

    def __init__(self, oidc: Oidc) -> None:
        self.oidc = oidc
        self._lock = threading.Lock()
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at_s = 0.0
        self._away, self._away_at_s = "", 0.0  # why, and since when

    def address_for(self, attempt: Attempt, *, next_path: str, back: str) -> str:
        """Where the browser goes to sign in. Raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self.oidc.client_id,
            "redirect_uri": back,
            "scope": self.oidc.scope,
            "state": attempt.state(next_path),
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(self._published()[0].authorization_endpoint, asked)

    def redeem(self, code: str, attempt: Attempt, back: str) -> dict[str, Any]:
        """The claims for a code: of the ID token, and of the userinfo where that says more.

        Raises ProviderAway, ProviderRefused.
        """
        metadata = self._published()[0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": attempt.verifier,
        }
        answer = self._post(metadata, form)
        claims = self.read_id_token(str(answer.get("id_token", "")), attempt.nonce)
        return {**self._userinfo(metadata, str(answer.get("access_token", "")), claims["sub"]), **claims}

    def read_id_token(self, raw: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7). Raises ProviderRefused."""
        issuer, client = self.oidc.issuer, self.oidc.client_id
        registry = JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = dict(self._decoded(raw))
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise ProviderRefused(f"the provider's ID token will not do: {error}; sign in anew") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
            raise ProviderRefused("the provider's ID token was made for another program; sign in anew")
        return claims

    def sign_out_address(self, back: str) -> str | None:
        """Where the browser goes to sign out there too; None: the provider offers none at its own origin."""
        end = self._published()[0].end_session_endpoint
        if end is None or origin_of(end) != origin_of(self.oidc.issuer):
            return None
        return _with_query(end, {"client_id": self.oidc.client_id, "post_logout_redirect_uri": back})

    def _decoded(self, raw: str) -> Mapping[str, Any]:
        """With the keys that we know, and once more with new ones: providers change them."""
        try:
            return jwt.decode(raw, self._published()[1], algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            if time.monotonic() - self._read_at_s < SOONEST_S:
                raise
            return jwt.decode(raw, self._published(anew=True)[1], algorithms=ALGORITHMS).claims

    def _published(self, *, anew: bool = False) -> tuple[Metadata, KeySet]:
        with self._lock:
            is_fresh = time.monotonic() - self._read_at_s < FRESH_S
            if self._metadata is None or self._keys is None or anew or not is_fresh:
                self._metadata, self._keys = self._read_anew()
                self._read_at_s = time.monotonic()
            return self._metadata, self._keys

    def _read_anew(self) -> tuple[Metadata, KeySet]:
        """Once it was away it is left alone for a while: nobody's sign-in holds up the others'."""
        if self._away and time.monotonic() - self._away_at_s < AWAY_S:
            raise ProviderAway(self._away)
        try:
            metadata = self._discover()
            keys = read_keys(_get(metadata.jwks_uri), metadata.jwks_uri)
        except ProviderAway as error:
            self._away, self._away_at_s = str(error), time.monotonic()
            raise
        self._away = ""
        return metadata, keys

    def _discover(self) -> Metadata:
        address = self.oidc.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = Metadata.model_validate(_get(address))
        except ValidationError as error:
            raise ProviderAway(
                f"{address} is no description of a provider; correct HOTLINE_OIDC_ISSUER"
            ) from error
        if metadata.issuer != self.oidc.issuer:
            raise ProviderAway(
                f"{address} describes {metadata.issuer}; set HOTLINE_OIDC_ISSUER to exactly that"
            )
        return metadata

    def _post(self, metadata: Metadata, form: dict[str, str]) -> dict[str, Any]:
        secret, methods = self.oidc.client_secret, metadata.token_endpoint_auth_methods_supported
        auth = None
        if secret is None:
            form = {**form, "client_id": self.oidc.client_id}
        elif "client_secret_basic" in methods:
            auth = httpx.BasicAuth(_encoded(self.oidc.client_id), _encoded(secret.get_secret_value()))
        else:
            form = {**form, "client_id": self.oidc.client_id, "client_secret": secret.get_secret_value()}
        return _ask("POST", metadata.token_endpoint, data=form, auth=auth)

    def _userinfo(self, metadata: Metadata, access_token: str, subject: str) -> dict[str, Any]:
        if metadata.userinfo_endpoint is None or not access_token:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        told = _ask("GET", metadata.userinfo_endpoint, headers=headers)
        if told.get("sub") != subject:
            raise ProviderRefused("the provider's userinfo is of somebody else; sign in anew")
        return told


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _get(address: str) -> dict[str, Any]:
    return _ask("GET", address)


def _ask(method: str, address: str, **sent: Any) -> dict[str, Any]:
    """A JSON object. Raises ProviderAway where nobody answers, ProviderRefused where it says no."""
    try:
        answer = httpx.request(method, address, timeout=TIMEOUT_S, **sent)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderAway(f"the provider does not answer at {address}: {error}") from error
    if answer.is_error or not isinstance(told, dict):
        why = told.get("error_description") or told.get("error") if isinstance(told, dict) else None
        raise ProviderRefused(f"the provider refused: {why or answer.status_code}; sign in anew")
    return told


def _encoded(text: str) -> str:
    """As RFC 6749, 2.3.1 wants names and secrets before they become Basic."""
    return urlencode({"": text})[1:]


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
