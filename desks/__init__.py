"""What the desks do with the calls they answer: directory, tickets, knowledge, call-backs, their figures.

Each is a package that knows the ledger and no other room; the console's pages and the lines use it.
"""
