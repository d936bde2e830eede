"""What someone's data is theirs for: who looked at it, taking it along, and the end of it."""
