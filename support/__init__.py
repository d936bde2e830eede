"""What support can see of an account and do about it, on pages and by commands; never what a diary says."""
