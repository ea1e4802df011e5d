"""Sign-in, tokens, claims of guest attempts, consents, preferences and roles."""
