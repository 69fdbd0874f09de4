"""A call's sound and its picture."""
