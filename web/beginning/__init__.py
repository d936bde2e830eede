"""What a diary needs to know once before its first entry: where its writer is, and that they agree."""
