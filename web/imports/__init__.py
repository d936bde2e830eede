"""Importing data: a file of another app or a diary document, looked at first, then imported, and taken back."""
