"""What the audit page asks of the ledger."""

from __future__ import annotations

from ledger.audit_reading import head, last_check, note_check, page, page_after, problems

__all__ = ["head", "last_check", "note_check", "page", "page_after", "problems"]
