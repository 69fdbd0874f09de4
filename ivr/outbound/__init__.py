"""Calls that a line places itself: call-backs (回访) of campaigns."""
