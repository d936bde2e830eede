"""Servers that get alerts: registered by a user, verified by a challenge, called with a signature (ADR 8)."""
