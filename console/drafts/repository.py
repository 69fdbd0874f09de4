"""What drafts ask of the ledger."""

from __future__ import annotations

from ledger.drafts import draft_of, keep
from ledger.scopes import require_visible

__all__ = ["draft_of", "keep", "require_visible"]
