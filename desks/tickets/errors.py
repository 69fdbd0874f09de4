"""Why something is not done to a ticket: the pages say which of these it was, in the reader's language."""

from __future__ import annotations

from ledger.errors import Conflict, HotlineError, NotAllowed


class BadTicket(HotlineError):
    """Something of the ticket is missing or cannot be: correct what the message names."""

    http_status = 422


class MovedMeanwhile(Conflict):
    """Somebody else has moved the ticket on: load it again; nothing of theirs was changed."""


class NoSuchWay(Conflict):
    """The ticket is at another point of its way: its page shows what can be done there."""


class NotThatFar(Conflict):
    """Something is missing before this step: do what the message names, then try once more."""


class OtherNumber(BadTicket):
    """The call was with another number than the ticket's: name one that fits, or have a lead say why."""

    def __init__(self, message: str, *, numbers: str) -> None:
        super().__init__(message)
        self.values = {"numbers": numbers}  # of the sentence on the pages


class OpenAlready(Conflict):
    """The line has an open ticket of the kind: urge that one."""


class TooLateToReopen(Conflict):
    """The ticket was closed too long ago: open a new one."""


class NotTheirs(NotAllowed):
    """Somebody else has to take this step: ask a dispatcher or a lead."""
