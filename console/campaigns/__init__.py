"""`/campaigns`: call-backs (回访), their people, and who is not called."""
