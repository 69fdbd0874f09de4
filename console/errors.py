"""What the console itself refuses. The pages say it in the reader's language, see `console.words`."""

from __future__ import annotations

from ledger.errors import Conflict, HotlineError, NotAllowed


class SignInNeeded(NotAllowed):
    """You are not signed in, or the sign-in has expired: sign in and repeat what you did."""

    http_status = 401


class WrongPassword(NotAllowed):
    """The name or the password is wrong: try again, or ask the administrator for a new password."""

    http_status = 401


class TooManyAttempts(NotAllowed):
    """Too many failed sign-ins: wait as long as the message says, then try again."""

    http_status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many failed sign-ins: wait {wait_s} s, then try again")
        self.wait_s = wait_s


class ForgedForm(NotAllowed):
    """The form did not come from this console or is too old: load the page again and send it once more."""


class StillBlind(NotAllowed):
    """You judge this call blind: nothing that was found in it is shown before all its reviews are in."""


class RoundOpen(NotAllowed):
    """The round still takes reviews: close it first, then it shows what it gave."""


class StateKept(Conflict):
    """The operator cannot be set so: sign on before going away, register the phone before that."""


class NotTalking(Conflict):
    """There is no conversation whose recording could be paused: wait until the operator has a caller."""


class FindingsOpen(Conflict):
    """Findings of the call wait for a decision: decide on each on the call's page, then check the call."""


class BadInput(HotlineError):
    """A field is filled in wrongly: correct the field that is named."""

    http_status = 422


class NoSuchPage(HotlineError):
    """There is no such page: go back to the list."""

    http_status = 404
