"""Schema revisions, run by `Ledger.migrate`."""
