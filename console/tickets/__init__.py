"""Tickets (工单): the dispatcher's queues, a ticket with its steps, the operator's panel, the lists."""
