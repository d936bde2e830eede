"""Measurements: `make bench` runs all of them side by side and prints medians and ratios."""
