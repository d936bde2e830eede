"""Servers that hear of alerts: registered by somebody, verified by a challenge, told with a signature (ADR 8)."""
