"""Attacks: what a stranger on the open net may send, and what must not come of it."""
