"""What the console itself refuses. The pages say it in the reader's language, see `console.words`."""

from __future__ import annotations

from ledger.errors import Conflict, HotlineError, NotAllowed
from ledger.records import Review


class SignInNeeded(NotAllowed):
    """You are not signed in, or the sign-in has expired: sign in and repeat what you did."""

    http_status = 401


class WrongPassword(NotAllowed):
    """The name or the password is wrong: try again, or ask the administrator for a new password."""

    http_status = 401


class WrongCode(NotAllowed):
    """The code is wrong, too old or was used before: wait for the next one, or use a recovery code."""

    http_status = 401


class StepDue(NotAllowed):
    """Something is to be done before anything else: choose a password of your own, or set up the codes."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class ProviderRefused(NotAllowed):
    """The provider did not sign you in, or its answer will not do: sign in anew."""


class ProviderAway(HotlineError):
    """The provider does not answer, or is not what the settings say: try later, or use a password."""

    http_status = 502


class TooManyAttempts(NotAllowed):
    """Too many failed sign-ins: wait as long as the message says, then try again."""

    http_status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many failed sign-ins: wait {wait_s} s, then try again")
        self.wait_s = wait_s


class TooManyRequests(NotAllowed):
    """A program asks too often: wait as long as Retry-After says, then ask again."""

    http_status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many requests: ask again in {wait_s} s")
        self.headers = {"Retry-After": str(wait_s)}


class ForgedForm(NotAllowed):
    """The form did not come from this console or is too old: load the page again and send it once more."""


class StillBlind(NotAllowed):
    """You judge this call blind: nothing that was found in it is shown before all its reviews are in."""


class RoundOpen(NotAllowed):
    """The round still takes reviews: close it first, then it shows what it gave."""


class NameTaken(Conflict):
    """Somebody has this name already: choose another, or change that user."""


class StateKept(Conflict):
    """The operator cannot be set so: sign on before going away, register the phone before that."""


class NotTalking(Conflict):
    """There is no conversation whose recording could be paused: wait until the operator has a caller."""


class FindingsOpen(Conflict):
    """Findings of the call wait for a decision: decide on each on the call's page, then check the call."""


class ReviewClosed(Conflict):
    """The review of the call is published or final: it changes by an appeal and its decision only."""


class ChangedMeanwhile(Conflict):
    """Somebody saved something else since the page was loaded: read it, then save yours once more."""


class DecidedMeanwhile(ChangedMeanwhile):
    """Somebody has decided on the finding since the page was loaded: read that, then decide once more."""

    def __init__(self, call_id: str, finding_id: int, review: Review | None) -> None:
        said = (
            f"{review.user} {review.decision} it: {review.comment!r}" if review else "a decision was undone"
        )
        super().__init__(
            f"finding {finding_id} of call {call_id} was decided on meanwhile ({said}); "
            "load it, then decide again"
        )
        self.finding_id, self.review = finding_id, review


class BadInput(HotlineError):
    """A field is filled in wrongly: correct the field that is named."""

    http_status = 422

    def __init__(self, message: str, words: str | None = None) -> None:
        super().__init__(message)
        self.words = words  # the same on pages, in Chinese; None: what all of the class are called


class WrongPresentPassword(BadInput):
    """The present password is another: type it once more."""


class TooLarge(HotlineError):
    """More was sent than any form of ours holds: send less at once."""

    http_status = 413


class NoSuchPage(HotlineError):
    """There is no such page: go back to the list."""

    http_status = 404
