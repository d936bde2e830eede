"""What waits to go up, and what an answer makes of it."""
