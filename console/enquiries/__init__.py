"""Entering sales and enquiries: an operator does it in the wrap-up."""
