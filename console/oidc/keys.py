"""The keys that a provider publishes (RFC 7517): those that we can read, whatever else stands beside them."""

from __future__ import annotations

from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from console.errors import ProviderAway

UNREADABLE = (JoseError, ValueError, TypeError, LookupError)  # what the library raises for odd keys

log = structlog.get_logger(__name__)


def read_keys(told: dict[str, Any], address: str) -> KeySet:
    """The keys of a set; kinds and curves that we do not know are left out. Raises ProviderAway for none."""
    given = told.get("keys")
    found = [_key(one) for one in given] if isinstance(given, list) else []
    keys = [key for key in found if key is not None]
    if not keys:
        raise ProviderAway(f"{address} has no key that we can read; ask whoever runs the provider")
    return KeySet(keys)


def _key(told: Any) -> Key | None:
    try:
        return JWKRegistry.import_key(told)
    except UNREADABLE as error:
        log.info("provider_key_left_out", why=str(error))
        return None
