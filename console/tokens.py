"""Random tokens and what is derived from them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32  # 256 bits


def new_token() -> str:
    """A random token that fits into a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_sha256(token: str) -> str:
    """What the ledger keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(secret: str) -> str:
    """What a form carries: only who holds the cookie's secret can make it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def is_csrf_token(secret: str, token: str) -> bool:
    """Whether a form's token belongs to the cookie's secret; takes the same time either way."""
    return bool(secret) and hmac.compare_digest(csrf_token(secret).encode(), token.encode())
