"""Signing up, proving an address, resetting, changing, and undoing a change."""
