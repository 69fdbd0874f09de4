"""How right verdicts are, rule by rule, and what judging costs."""
