"""Why something cannot be done though nobody was faster: the pages say which of these it was."""

from __future__ import annotations

from ledger.errors import Conflict


class LastAdministrator(Conflict):
    """Nobody would be left who lets people in: make somebody else an administrator first."""


class SignsInElsewhere(Conflict):
    """A provider signs the person in and says this of them: change it there."""


class NameHeld(Conflict):
    """The name is that of somebody who signs in otherwise: ask an administrator."""


class PasswordChanged(Conflict):
    """The password was changed since the page was loaded: sign in with the new one."""


class AlreadySo(Conflict):
    """It is so already, or there is nothing to do: load the page again."""


class Incomplete(Conflict):
    """Not everything that belongs together was sent, or what does not: load the page again, fill in all."""


class CallHeld(Conflict):
    """The call's recording is held: do it without deleting anything, or release the call first."""


class RecordingDeleted(Conflict):
    """The recording is there no more: there is nothing to hold."""


class StillWorkedOn(Conflict):
    """The call is not judged yet: try again once it is."""


class JudgedAnew(Conflict):
    """The machine has judged the call anew since the page was loaded: load it again, then decide."""


class RoundNotOpen(Conflict):
    """The round takes no reviews at this time: its page says when it does."""


class OutOfTurn(Conflict):
    """Others of one's reviews come first: take those that /rounds lists."""


class ReviewFinal(Conflict):
    """The review counts already, and whoever could change it would have seen others': it stands."""


class WebhookStopped(Conflict):
    """The webhook was stopped: make a new one."""
