"""What the operators' pages ask of the ledger."""

from __future__ import annotations

from ledger.call_wishes import ask
from ledger.operators import get_operator, list_operators, set_by_person
from ledger.scopes import visible_among
from ledger.wallboard import operator_calls_since

__all__ = [
    "ask",
    "get_operator",
    "list_operators",
    "operator_calls_since",
    "set_by_person",
    "visible_among",
]
