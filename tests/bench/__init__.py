"""Tests of what the measurements claim."""
