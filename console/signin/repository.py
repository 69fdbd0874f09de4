"""What sign-in asks of the ledger."""

from __future__ import annotations

from ledger.users import close_session, find_user, open_session, session_user

__all__ = ["close_session", "find_user", "open_session", "session_user"]
