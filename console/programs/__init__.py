"""Programs: tokens, webhooks, limits."""
