"""What one's own page asks of the ledger."""

from __future__ import annotations

from ledger.second_factors import begin, confirm, count_codes, forget, sealed_secret, take_step
from ledger.sessions import end_session, end_sessions, sign_ins_of
from ledger.users import password_hash_of, set_password

__all__ = [
    "begin",
    "confirm",
    "count_codes",
    "end_session",
    "end_sessions",
    "forget",
    "password_hash_of",
    "sealed_secret",
    "set_password",
    "sign_ins_of",
    "take_step",
]
