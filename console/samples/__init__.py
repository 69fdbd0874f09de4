"""Samples: the draws, their calls for the monitors, and what they say of all calls."""
