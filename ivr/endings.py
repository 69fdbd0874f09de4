"""How calls end that never came to speak."""

from __future__ import annotations

from ivr.phone import Leg
from ledger.records import Ending
from ledger.states import Place, Reason, Result

LEFT_AT_ONCE = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.NOTICE)  # ACK, BYE


def ending_at_once(leg: Leg) -> Ending:
    """Of an INVITE that we meant to answer, by the dialog's last status."""
    if leg.answered.is_set():
        return LEFT_AT_ONCE
    if leg.sip_status == 487:
        return Ending(result=Result.ABANDONED, reason=Reason.CANCELLED)
    if leg.sip_status in {406, 415, 488}:
        return Ending(result=Result.REFUSED, reason=Reason.BAD_REQUEST)
    if leg.sip_status == 500:
        return Ending(result=Result.FAILED, reason=Reason.MEDIA_FAILED)
    return Ending(result=Result.FAILED, reason=Reason.NO_ACK)
