"""What rules may compare of a call (`fact`): its own facts, and those that its row and its marks tell."""

from __future__ import annotations

from datetime import date, datetime

from console.times import SHANGHAI
from ledger.entered import OWN_FACTS, masked_facts
from ledger.records import Call, Facts
from ledger.states import Origin, Place, Reason, Role

GOES_ON = {Place.QUEUE, Place.MENU, Place.OPERATOR}  # where callers come after a conversation by a transfer
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
        "direction": "outbound" if call.origin is Origin.OUTBOUND else "inbound",
        "hour": str(at.hour),
        "weekday": str(at.isoweekday()),
        "queue_wait_s": "" if call.queue_wait_s is None else f"{call.queue_wait_s:.3f}",
        "result": call.ending.result if call.ending and call.origin is not Origin.IMPORT else "",
        "reason": call.ending.reason if call.ending and call.origin is not Origin.IMPORT else "",
    }


def _of_marks(call: Call) -> Facts:
    bridged = [mark for mark in call.marks if mark.place is Place.OPERATOR and mark.end_s > mark.start_s]
    transfers = str(len(bridged) - 1) if bridged else ""
    return {"transfers": transfers, "handed_over": _handed_over(call), "hung_up_by": _hung_up_by(call)}


def _handed_over(call: Call) -> str:
    """Where the first operator handed the caller over to: `read_back` (自动报号) or `transfer`."""
    since = [mark.end_s for mark in call.marks if mark.place is Place.OPERATOR][:1]
    after = {mark.place for mark in call.marks if since and mark.start_s >= since[0]}
    if after & GOES_ON:
        return "transfer"
    return "read_back" if Place.READ_BACK in after else ""


def _hung_up_by(call: Call) -> str:
    """Who left the conversation first: callers whom the survey still asks were left by the operator.

    Nobody did where the operator handed the caller over.
    """
    if call.ending is None or call.origin is Origin.IMPORT or _handed_over(call):
        return ""
    if any(mark.place is Place.SURVEY for mark in call.marks):
        return Role.OPERATOR
    if call.ending.place is not Place.OPERATOR:
        return ""
    return HANGING_UP.get(call.ending.reason, "")
