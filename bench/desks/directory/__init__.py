"""Searching the directory: speed and what is found, beside PostgreSQL trigrams and SQLite FTS5."""
