"""What can go wrong on a phone call, as errors that say what to do."""

from __future__ import annotations

from ledger.errors import HotlineError


class PhoneError(HotlineError):
    """The test phone cannot do what was asked: correct the call that is named."""


class CallRefused(PhoneError):
    """The far end refused the call: look up why at its side; `status` is the SIP status."""

    def __init__(self, status: int, phrase: str) -> None:
        super().__init__(
            f"the call was refused with {status} {phrase}; look in the far end's log for the reason"
        )
        self.status = status
        self.phrase = phrase


class NoAnswer(PhoneError):
    """Nothing came in the time that was allowed: check that the far end listens, or allow more time."""


class CallOver(PhoneError):
    """The call has ended, so this can no longer be done: look at `call.end` for who ended it."""


class NotHeard(PhoneError):
    """What was waited for was not heard in time: listen to the recording of the call."""


class RegistrationRefused(PhoneError):
    """The registrar refused: check the user name and the password."""
