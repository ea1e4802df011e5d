"""How people and programs get in, and what they allow: sign-in, tokens, claims, consents, preferences, roles."""
