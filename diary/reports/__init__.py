"""What a diary gives away in other forms: the diary document, tables."""
