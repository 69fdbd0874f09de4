"""Secrets that callers tell: found in what was heard, hidden from those without the right.

Pure functions over turns. Nothing here knows a database, a file or a page.
"""
