"""The journal outside the database: what was erased, revoked and sent, for a backup that is restored (ADR 25).

`files` reads and appends lines, `relay` brings them there from the database, `standing` compares the two, and `apply`
does again in a restored database what the journal knows and the database does not.
"""
