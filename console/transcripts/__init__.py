"""Transcripts to be taken along."""
