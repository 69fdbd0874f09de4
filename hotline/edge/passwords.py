"""Digest passwords of phones and trunks: the hash that is kept, and who may have one."""

from __future__ import annotations

import hashlib

from ledger.errors import SettingsError
from sip_config import Plan


def ha1_of(user: str, realm: str, password: str) -> str:
    """HA1 of RFC 2617: MD5(user:realm:password), which is all that a digest needs."""
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def check_user(plan: Plan, user: str) -> None:
    """Only operators and trunks of the plan have passwords. Raises SettingsError."""
    trunk_users = [trunk.user for trunk in plan.trunks.values() if trunk.user]
    known = [*plan.operators, *trunk_users]
    if user not in known:
        raise SettingsError(f"the plan has no operator and no trunk user {user!r}; it has {', '.join(known)}")
