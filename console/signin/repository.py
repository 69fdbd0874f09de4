"""What sign-in asks of the ledger."""

from __future__ import annotations

from ledger.second_factors import sealed_secret, take_recovery_code, take_step
from ledger.sessions import close_session, note_seen, open_session, session_user
from ledger.users import find_user

__all__ = [
    "close_session",
    "find_user",
    "note_seen",
    "open_session",
    "sealed_secret",
    "session_user",
    "take_recovery_code",
    "take_step",
]
