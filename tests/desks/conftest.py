"""Ledgers on both databases, as the ledger's own tests have them."""

from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]
