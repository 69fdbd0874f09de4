"""What one's own page shows and what its forms send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.sessions import SignIn


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One's own account."""

    sign_ins: Sequence[SignIn]
    codes_left: int  # recovery codes
    is_totp_due: bool  # the role needs it


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPassword:
    """What the form for a new password sends."""

    former: str
    password: str
    again: str
