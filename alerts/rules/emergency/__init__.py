"""Go to an emergency department or call the emergency number now: one entry is enough, nothing holds it back."""
