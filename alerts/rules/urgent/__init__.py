"""Be seen the same day: one entry is enough."""
