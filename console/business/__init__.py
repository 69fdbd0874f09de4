"""The desks' own figures: faults, sales, call-backs, the monthly analysis, the published figures checked."""
