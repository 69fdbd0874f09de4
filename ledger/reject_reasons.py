"""Why people reject findings: a closed set, so that it can be counted what the machine gets wrong."""

from __future__ import annotations

from enum import StrEnum


class RejectReason(StrEnum):
    """Why a finding is rejected."""

    MISHEARD = "misheard"  # other words were said
    CONTEXT = "context"  # the words were said, and are all right where they stand
    NO_RULE = "no_rule"  # the rule does not hold for this call
    WRONG_PERSON = "wrong_person"  # somebody else said it
    TWICE = "twice"  # another finding says the same
    OTHER = "other"  # the comment tells
