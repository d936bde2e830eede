"""Logs: events with fields, ids only, never what somebody wrote about their health."""
