"""Whether the console lives, and whether the hotline is ready for callers."""
