"""What rounds ask of the ledger."""

from __future__ import annotations

from ledger.blind_reviews import is_blind, own_sheet, shown_reviews, submit
from ledger.blind_rounds import (
    close_round,
    get_round,
    is_final,
    list_rounds,
    open_tasks,
    own_task,
    submitted_tasks,
    tasks_of_round,
)
from ledger.calls import get_call
from ledger.cases import finish_if_second
from ledger.scopes import is_unbounded, require_visible, visible_among
from ledger.secrets_told import veils_of

__all__ = [
    "close_round",
    "finish_if_second",
    "get_call",
    "get_round",
    "is_blind",
    "is_final",
    "is_unbounded",
    "list_rounds",
    "open_tasks",
    "own_sheet",
    "own_task",
    "require_visible",
    "shown_reviews",
    "submit",
    "submitted_tasks",
    "tasks_of_round",
    "veils_of",
    "visible_among",
]
