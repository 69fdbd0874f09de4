"""Operators (话务员): what each does now, and setting it for oneself or, as a lead, for others."""
