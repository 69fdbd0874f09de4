"""Findings that the machine missed and people add."""
