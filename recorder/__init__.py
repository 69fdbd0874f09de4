"""Two legs to one sealed recording; what comes from elsewhere becomes the same."""
