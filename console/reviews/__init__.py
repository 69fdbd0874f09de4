"""Confirming and rejecting findings."""
