"""Reviewing what later operators of a transferred call said."""
