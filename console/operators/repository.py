"""What the operators' pages ask of the ledger."""

from __future__ import annotations

from ledger.calls import ask_pause
from ledger.operators import get_operator, list_operators, set_by_person
from ledger.wallboard import operator_calls_since

__all__ = ["ask_pause", "get_operator", "list_operators", "operator_calls_since", "set_by_person"]
