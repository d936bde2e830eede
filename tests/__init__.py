"""Tests, against real servers. `flow/` tells the whole story and is the first thing to read."""
