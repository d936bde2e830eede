"""What messages say, in plain words: what was noted, and the one thing to do next. Never a diagnosis."""
