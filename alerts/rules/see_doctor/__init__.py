"""Book a visit within two weeks: patterns that last, fail to respond to treatment, or come together."""
