"""What the operator's page asks of the ledger."""

from __future__ import annotations

from ledger.call_wishes import ask, list_wishes
from ledger.calls import add_facts, get_call
from ledger.conversations import earlier_calls, last_of_call, last_of_operator, wrap_up
from ledger.operators import get_operator, set_by_person

__all__ = [
    "add_facts",
    "ask",
    "earlier_calls",
    "get_call",
    "get_operator",
    "last_of_call",
    "last_of_operator",
    "list_wishes",
    "set_by_person",
    "wrap_up",
]
