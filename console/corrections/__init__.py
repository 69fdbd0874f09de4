"""Corrections of transcripts."""
