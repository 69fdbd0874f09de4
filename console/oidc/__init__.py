"""Signing in at a provider (OpenID Connect), where one is configured."""
