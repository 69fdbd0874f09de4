"""The ground floor: settings, clock, errors, tables and repositories. It imports nothing of ours."""
