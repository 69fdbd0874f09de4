"""Ledgers on both databases."""

from __future__ import annotations

from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]
