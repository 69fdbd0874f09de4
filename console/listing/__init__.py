"""The list of calls: queues, filters, order, pages, saved views, hand-out."""
