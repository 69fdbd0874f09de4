"""Several ways in: web form, inbox, faxes. All become the same tickets with the same limits."""
