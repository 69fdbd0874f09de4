"""The keeper of the edge: runs Kamailio, and carries news between it and the ledger."""
