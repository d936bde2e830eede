"""The clinical rules: a pure function of a patient's history and a date.

Nothing in this package knows a database, a clock or a framework. `history` is what goes in, `screening` what comes
out; in between, `days` merges entries, `series` and `words` hold the vocabulary every rule is composed of, and each
rule has a file of its own under the folder of its tier.
"""
