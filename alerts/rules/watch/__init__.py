"""Keep logging: a pattern that is building but not complete."""
