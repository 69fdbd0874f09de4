"""Why a case does not take a step: the pages say which of these it was, in the reader's language."""

from __future__ import annotations

from ledger.errors import Conflict, NotAllowed


class Elsewhere(Conflict):
    """The call is at another point of its way: load it again, its page shows what can be done there."""


class HeldByAnother(Conflict):
    """Somebody has the call already: take another one, or ask for this one."""


class NotReady(Conflict):
    """Something is missing before this step: do what the message names, then try once more."""


class NotForThem(Conflict):
    """The call cannot be handed to this person: choose somebody else."""


class TooLate(Conflict):
    """The time for it is over: what was published stands, and only an appeal in time changes it."""


class NotHeld(NotAllowed):
    """You do not have the call: take it first."""


class OtherEyes(NotAllowed):
    """Somebody else has to do this, who had no part in it before: hand it on."""
