"""Several ways in: the public form, and what came in on a ticket's page."""
