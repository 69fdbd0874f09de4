"""A campaign of call-backs over a whole hotline, with synthetic people."""
