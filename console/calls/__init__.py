"""The list of calls and one call whole."""
