"""Rounds of blind reviews, and how far those who judge agree."""
