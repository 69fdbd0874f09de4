"""The knowledge window."""
