"""What callers left for a desk: messages, and wishes to be called back."""
