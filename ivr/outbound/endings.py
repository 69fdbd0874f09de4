"""How calls end that we placed and nobody answered."""

from __future__ import annotations

from ledger.records import Ending
from ledger.states import Reason, Result

BUSY = {486, 600}
REJECTED = {403, 433, 603, 607, 608}
UNALLOCATED = {404, 410, 484, 604}
NO_ANSWER = {408, 480, 487}
_REASONS = {
    **dict.fromkeys(BUSY, Reason.BUSY),
    **dict.fromkeys(REJECTED, Reason.REJECTED),
    **dict.fromkeys(UNALLOCATED, Reason.UNALLOCATED),
    **dict.fromkeys(NO_ANSWER, Reason.NO_ANSWER),
}


def ending_unanswered(sip_status: int, *, rang: bool) -> Ending:
    """By the final status, or the last one where we gave up; `rang`: a provisional response came.

    408 without any response is our own timer: whoever should have taken the call is not there.
    """
    if not rang and sip_status in {0, 408, 487}:
        return Ending(result=Result.FAILED, reason=Reason.UNREACHABLE)
    if 0 < sip_status < 200:
        return Ending(result=Result.REFUSED, reason=Reason.NO_ANSWER)
    reason = _REASONS.get(sip_status, Reason.UNREACHABLE)
    return Ending(result=Result.FAILED if reason is Reason.UNREACHABLE else Result.REFUSED, reason=reason)
