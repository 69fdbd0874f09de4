"""How often the intervals of samples cover the truth."""
