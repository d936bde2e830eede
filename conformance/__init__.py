"""What every app and every server of this contract must agree on, as scripts that play against a running service."""
