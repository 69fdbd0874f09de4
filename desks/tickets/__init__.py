"""Tickets (工单): faults and complaints as a closed loop (闭环管理). Others ask for them here.

    OPEN -> ASSIGNED -> WORKING -> SOLVED -> CLOSED    (受理 已派 处理中 已修复待回访 已归档)
    ASSIGNED, WORKING -> ARRANGED (预约) and back
    SOLVED -> OPEN, where the call-back hears that it is not well; CLOSED -> OPEN within the kind's days

`desks.tickets.table` is the one table of states and moves; docs/tickets.md draws it. Every move compares the
ticket's version in one conditional UPDATE (MovedMeanwhile: somebody was quicker), adds a step and a row of
the audit log, and does all of it or nothing. Lists (kinds, causes, branches, crews, hours) are edited through
`desks.tickets.lists`, `.calendar` and `.branch_lines`.
"""

from desks.tickets.clock import Told, move_by_time
from desks.tickets.errors import (
    BadTicket,
    MovedMeanwhile,
    NoSuchWay,
    NotThatFar,
    NotTheirs,
    OpenAlready,
    OtherNumber,
    TooLateToReopen,
)
from desks.tickets.finding import (
    Cursor,
    Page,
    Queue,
    Wanted,
    calls_of,
    count_queues,
    find,
    languages_of,
    pauses_of,
    steps_of,
    tickets_of_call,
    waiting_for_call_back,
)
from desks.tickets.guards import Wish
from desks.tickets.lines import (
    LineState,
    open_of_line,
    reopenable_of_line,
    state_of_line,
    tickets_of_number,
)
from desks.tickets.moves import confirm, get_ticket, link_call, move, possible
from desks.tickets.opening import Became, Reported, open_ticket, report
from desks.tickets.records import (
    By,
    Cause,
    Crew,
    Kind,
    LinkedCall,
    Named,
    Opening,
    Pause,
    Step,
    Ticket,
)
from desks.tickets.states import (
    CallPart,
    Channel,
    Closing,
    Counting,
    Move,
    Nature,
    OverdueReason,
    Party,
    PauseReason,
    TicketState,
)
from desks.tickets.table import TABLE

__all__ = [
    "TABLE",
    "BadTicket",
    "Became",
    "By",
    "CallPart",
    "Cause",
    "Channel",
    "Closing",
    "Counting",
    "Crew",
    "Cursor",
    "Kind",
    "LineState",
    "LinkedCall",
    "Move",
    "MovedMeanwhile",
    "Named",
    "Nature",
    "NoSuchWay",
    "NotThatFar",
    "NotTheirs",
    "OpenAlready",
    "Opening",
    "OtherNumber",
    "OverdueReason",
    "Page",
    "Party",
    "Pause",
    "PauseReason",
    "Queue",
    "Reported",
    "Step",
    "Ticket",
    "TicketState",
    "Told",
    "TooLateToReopen",
    "Wanted",
    "Wish",
    "calls_of",
    "confirm",
    "count_queues",
    "find",
    "get_ticket",
    "languages_of",
    "link_call",
    "move",
    "move_by_time",
    "open_of_line",
    "open_ticket",
    "pauses_of",
    "possible",
    "reopenable_of_line",
    "report",
    "state_of_line",
    "steps_of",
    "tickets_of_call",
    "tickets_of_number",
    "waiting_for_call_back",
]
