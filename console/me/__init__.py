"""One's own account: password, codes, sign-ins."""
