"""The plan: which numbers are answered, what callers hear, which desk and which operators serve them."""
