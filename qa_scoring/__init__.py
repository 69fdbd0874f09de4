"""Judging calls: packs, rules, matching by sound, scorecards. Pure: turns and facts in, findings out."""
