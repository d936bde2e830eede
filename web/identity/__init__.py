"""Who someone is: signing up, in and out, a code, a new password, for browsers without a script."""
