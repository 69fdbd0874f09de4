"""Looks for everybody at once whether an operator's page is still true: a sign that changes with it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.database import Ledger
from ledger.operators import OperatorRecord, list_operators

EVERY_S = 0.4  # so that the page opens within a second of the bridge
Signs = Mapping[str, str]  # by operator


def look(ledger: Ledger) -> Signs:
    """The signs of all operators now."""
    with ledger.reading() as session:
        return {record.number: sign_of(record) for record in list_operators(session)}


def sign_of(record: OperatorRecord) -> str:
    """What the page shows of a state, in short; not how long it has lasted."""
    told = (record.state, record.call_id or "", record.after_call or "", record.since.isoformat())
    return "|".join(told)
