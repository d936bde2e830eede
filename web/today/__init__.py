"""The diary of the one who is signed in: the entry of today, and what was written lately."""
