"""Closed sets: how far a call has come, how it ended and why, who spoke, what a rule found."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """How far a call has come. Each stage moves it one step; the pipeline hands it on."""

    RECEIVED = "received"  # the INVITE has its row, nothing was answered yet
    ANSWERED = "answered"  # 200 sent; the recorder runs
    ENDED = "ended"  # both legs are gone; the capture waits to be sealed
    RECORDED = "recorded"  # the recording is sealed and hashed
    TRANSCRIBED = "transcribed"
    SCORED = "scored"  # the last state of a recorded call
    UNRECORDED = "unrecorded"  # the last state of a call without audio; its reason explains it
    QUARANTINED = "quarantined"  # a stage failed again and again; `error` says why


class Result(StrEnum):
    """What became of an INVITE."""

    SERVED = "served"  # spoke to an operator, or heard what the menu had to say to its end
    ABANDONED = "abandoned"  # the caller left before that
    REFUSED = "refused"  # never answered by us
    FAILED = "failed"  # our fault or the network's


class Reason(StrEnum):
    """Why a call ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    OPERATOR_HUNG_UP = "operator_hung_up"
    MENU_ENDED = "menu_ended"  # a menu path that ends by itself (announcement, closed hours)
    DESK_CLOSED = "desk_closed"
    NO_OPERATOR = "no_operator"  # waited as long as the plan allows and nobody was free
    CANCELLED = "cancelled"  # CANCEL before we answered
    UNKNOWN_NUMBER = "unknown_number"  # 404
    LINES_BUSY = "lines_busy"  # 486, no free legs
    NO_ACK = "no_ack"  # we sent 200 and the caller never confirmed it
    BAD_REQUEST = "bad_request"  # no codec in common and the like, 488
    DRAINING = "draining"  # 503, the line is about to stop
    TIME_LIMIT = "time_limit"  # the plan's longest call
    MEDIA_FAILED = "media_failed"
    LINE_DIED = "line_died"  # found by the sweep after a crash
    IMPORTED = "imported"  # recorded elsewhere
    INTERNAL_ERROR = "internal_error"  # told in the log with its cause


class Place(StrEnum):
    """Where in the call something happened."""

    NOTICE = "notice"  # the recording notice and the greeting
    MENU = "menu"
    QUEUE = "queue"
    OPERATOR = "operator"  # bridged: the only span in which the right channel is the operator's
    SURVEY = "survey"
    ANNOUNCEMENT = "announcement"


class Origin(StrEnum):
    """Where a call came from."""

    SIP = "sip"
    IMPORT = "import"


class Role(StrEnum):
    """Who spoke."""

    CALLER = "caller"
    OPERATOR = "operator"
    SYSTEM = "system"  # our prompts and music; never judged
    MIXED = "mixed"  # one channel for both: rules that need roles answer cannot_tell


class Verdict(StrEnum):
    """What a rule says of a call."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"  # never deducts
    NOT_APPLICABLE = "not_applicable"


class Decision(StrEnum):
    """What a monitor says of a finding."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class OperatorState(StrEnum):
    """What an operator does. Only idle operators are reserved."""

    OFF = "off"
    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


class UserRole(StrEnum):
    """Who may do what on the pages."""

    ADMINISTRATOR = "administrator"
    MONITOR = "monitor"  # 质监员
    TEAM_LEAD = "team_lead"  # 班组长
