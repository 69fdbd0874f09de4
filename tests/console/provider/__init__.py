"""A real OpenID Connect provider (panva's oidc-provider, which is certified) on loopback."""
