"""Servers of our own for a machine that has none: PostgreSQL, Valkey and a mail catcher, all on loopback only."""
