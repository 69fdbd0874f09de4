"""Keeping the directory current: changes, imports, proposals, hard cases, weekly lists."""
