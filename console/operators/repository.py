"""What the operators' pages ask of the ledger."""

from __future__ import annotations

from ledger.operators import list_operators, set_by_person
from ledger.wallboard import operator_calls_since

__all__ = ["list_operators", "operator_calls_since", "set_by_person"]
