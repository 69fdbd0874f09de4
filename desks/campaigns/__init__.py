"""Call-backs (回访): whom we call, when, what is asked, and what came of it."""
