"""What a diary holds beside its entries: treatments, events, and what the doctor said."""
