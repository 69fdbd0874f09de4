"""Marks for the four standards, a comment, praise."""
