"""Who signs in, as what, and with which calls."""
