"""What searching months of calls costs."""
