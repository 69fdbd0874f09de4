"""The closed sets of tickets: how far one is, what can be done to it, by whom, why it is late."""

from __future__ import annotations

from enum import StrEnum


class TicketState(StrEnum):
    """How far a ticket is."""

    OPEN = "open"  # 受理: nobody was given it yet
    ASSIGNED = "assigned"  # 已派: to a branch or a crew
    WORKING = "working"  # 处理中
    ARRANGED = "arranged"  # 预约: later, as was agreed with the customer; the limit does not run
    SOLVED = "solved"  # 已修复待回访: waits for the call-back that confirms it
    CLOSED = "closed"  # 已归档


class Move(StrEnum):
    """What is done to a ticket; each is one step."""

    OPENED = "opened"
    NOTED = "noted"  # something is written down; the reason of being overdue may come with it
    URGED = "urged"  # 催修: the caller asked again
    TAKEN = "taken"  # a dispatcher follows it from now on
    ASSIGNED = "assigned"
    STARTED = "started"
    ARRANGED = "arranged"
    RESUMED = "resumed"  # what was arranged is over, or off
    SOLVED = "solved"
    CONFIRMED = "confirmed"  # a call-back heard that it is well
    DENIED = "denied"  # a call-back heard that it is not: a dispatcher has to look at it again
    NOT_REACHED = "not_reached"  # a call-back reached nobody
    GAVE_UP = "gave_up"  # closed without a call-back, after several that reached nobody, by a lead
    WITHDRAWN = "withdrawn"  # closed because the caller takes it back
    REOPENED = "reopened"  # within the kind's days: the same case
    WARNED = "warned"  # by time: 80 % of the limit are gone
    ESCALATED = "escalated"  # by time: overdue, the lead is told
    REPORTED = "reported"  # by time: overdue by half the limit, the bureau is told


ALARMS = {Move.WARNED: 1, Move.ESCALATED: 2, Move.REPORTED: 3}  # as a ticket counts them


class Party(StrEnum):
    """As what somebody acts."""

    DESK = "desk"  # operators and all other staff
    DISPATCHER = "dispatcher"
    LEAD = "lead"  # 班组长, administrators
    MACHINE = "machine"  # the call-back campaign, web form, inbox
    CLOCK = "clock"  # time


class Channel(StrEnum):
    """How a matter came in."""

    CALL = "call"
    WEB = "web"
    MAIL = "mail"
    FAX = "fax"
    CALL_BACK = "call_back"  # told while we called back


class Nature(StrEnum):
    """What figures group kinds by."""

    FAULT = "fault"
    COMPLAINT = "complaint"
    BILLING = "billing"
    INSTALL = "install"
    MOVE = "move"
    OTHER = "other"


class Counting(StrEnum):
    """Which minutes a limit counts."""

    CLOCK = "clock"  # all
    WORKING = "working"  # those of the working calendar


class Closing(StrEnum):
    """Why a ticket is closed."""

    CONFIRMED = "confirmed"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


class OverdueReason(StrEnum):
    """Why a ticket is overdue."""

    CUSTOMER = "customer"  # 客户原因
    ARRANGED = "arranged"  # 预约
    OURS = "ours"  # 我方原因


class PauseReason(StrEnum):
    """Why a later time was arranged."""

    CUSTOMER = "customer"  # 客户原因: the customer's wish
    AGREED = "agreed"  # 预约: by both
    OUTSIDE = "outside"  # 外部原因: a power cut, a road closed


class CallPart(StrEnum):
    """What a call has to do with a ticket."""

    OPENED = "opened"
    URGED = "urged"
    HEARD = "heard"  # the caller heard the state in the menu
    CALL_BACK = "call_back"
    TOLD = "told"  # any other
