"""What rules may compare of a call (`fact`): its own facts, and those that its row and its marks tell."""

from __future__ import annotations

from datetime import date, datetime

from console.times import SHANGHAI
from ledger.entered import OWN_FACTS, masked_facts
from ledger.records import Call, Facts
from ledger.states import Origin, Place, Reason, Role

HANGING_UP = {Reason.CALLER_HUNG_UP: Role.CALLER, Reason.OPERATOR_HUNG_UP: Role.OPERATOR}


def facts_of(call: Call) -> Facts:
    """Without those that a mask hides. What is not known of a call is not among them."""
    hidden = masked_facts(call.facts) | OWN_FACTS
    kept = {key: value for key, value in call.facts.items() if key not in hidden}
    told = {**_of_row(call), **_of_marks(call)}
    return {**{key: value for key, value in told.items() if value}, **kept}


def day_of(call: Call) -> date:
    """The day whose packs judge it."""
    return _received_at(call).date()


def _received_at(call: Call) -> datetime:
    """Where the desk is."""
    return call.received_at.astimezone(SHANGHAI)


def _of_row(call: Call) -> Facts:
    at = _received_at(call)
    return {
        "hotline": call.hotline,
        "desk": call.desk or "",
        "operator": call.operator or "",
        "origin": Origin.SIP if call.origin is Origin.CANARY else call.origin,  # judged as a caller's
        "hour": str(at.hour),
        "weekday": str(at.isoweekday()),
        "queue_wait_s": "" if call.queue_wait_s is None else f"{call.queue_wait_s:.3f}",
        "result": call.ending.result if call.ending and call.origin is not Origin.IMPORT else "",
        "reason": call.ending.reason if call.ending and call.origin is not Origin.IMPORT else "",
    }


def _of_marks(call: Call) -> Facts:
    bridged = [mark for mark in call.marks if mark.place is Place.OPERATOR and mark.end_s > mark.start_s]
    transfers = str(len(bridged) - 1) if bridged else ""
    return {"transfers": transfers, "hung_up_by": _hung_up_by(call)}


def _hung_up_by(call: Call) -> str:
    """Who left the conversation first: callers whom the survey still asks were left by the operator."""
    if call.ending is None or call.origin is Origin.IMPORT:
        return ""
    if any(mark.place is Place.SURVEY for mark in call.marks):
        return Role.OPERATOR
    if call.ending.place is not Place.OPERATOR:
        return ""
    return HANGING_UP.get(call.ending.reason, "")
