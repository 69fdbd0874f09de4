"""The monitors' console: the list of calls, one call whole, and the same for programs."""
