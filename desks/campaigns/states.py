"""Closed sets: what a campaign is for, how its calls are held, how far people and attempts have come."""

from __future__ import annotations

from enum import StrEnum

from ledger.states import Reason


class Kind(StrEnum):
    """What a campaign asks about."""

    NEW_INSTALL = "new_install"  # 新装
    REPAIR = "repair"  # 障碍修复
    COMPLAINT = "complaint"  # 投诉
    LOST = "lost"  # 流失客户
    SATISFACTION = "satisfaction"  # 满意度


class Mode(StrEnum):
    """Who asks."""

    MACHINE = "machine"  # questions are said and answered by key
    PROGRESSIVE = "progressive"  # an operator, who is free before anybody is called


class CampaignState(StrEnum):
    """Whether a campaign calls. Only running ones do."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # for good


class PersonState(StrEnum):
    """How far somebody is."""

    WAITING = "waiting"  # for the first or the next attempt
    CALLING = "calling"
    REACHED = "reached"
    GIVEN_UP = "given_up"  # no attempt is left, or none makes sense
    DECLINED = "declined"  # does not want to be called


class Outcome(StrEnum):
    """What came of an attempt."""

    COMPLETED = "completed"  # every question was answered
    PARTIAL = "partial"  # some were
    TALKED = "talked"  # to an operator, who has not written down the answers yet
    OPTED_OUT = "opted_out"
    NO_RESPONSE = "no_response"  # answered, but nobody pressed a key: a machine, or silence
    HUNG_UP = "hung_up"  # before any answer
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNALLOCATED = "unallocated"
    UNREACHABLE = "unreachable"
    NO_OPERATOR = "no_operator"  # the person answered, the reserved operator did not
    CUT_OFF = "cut_off"  # our lines stopped or died in it


REACHED = frozenset({Outcome.COMPLETED, Outcome.PARTIAL, Outcome.TALKED})
# What never came to an answer, by why the call ended; all else ended in the middle by our own fault.
UNANSWERED = {
    Reason.NO_ANSWER: Outcome.NO_ANSWER,
    Reason.BUSY: Outcome.BUSY,
    Reason.REJECTED: Outcome.REJECTED,
    Reason.UNALLOCATED: Outcome.UNALLOCATED,
    Reason.UNREACHABLE: Outcome.UNREACHABLE,
    Reason.NO_RESPONSE: Outcome.NO_RESPONSE,
    Reason.NO_OPERATOR: Outcome.NO_OPERATOR,
    Reason.OPTED_OUT: Outcome.OPTED_OUT,
    Reason.CALLER_HUNG_UP: Outcome.HUNG_UP,
    Reason.CALLER_VANISHED: Outcome.HUNG_UP,
    Reason.NO_ACK: Outcome.HUNG_UP,
}


def outcome_of(reason: Reason, *, asked: int, answered: int, talked: bool) -> Outcome:
    """What came of an attempt whose call has ended, by its reason and how many questions were answered."""
    if reason is Reason.OPTED_OUT:
        return Outcome.OPTED_OUT
    if answered:
        return Outcome.COMPLETED if answered >= asked else Outcome.PARTIAL
    if talked:
        return Outcome.TALKED
    return UNANSWERED.get(reason, Outcome.CUT_OFF)
