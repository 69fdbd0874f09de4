"""Cases: a call's way from review through publication and appeal to its end. Others ask for them here.

    OPEN -> REVIEWED -> PUBLISHED -> FINAL
    REVIEWED -> SECOND -> REVIEWED (a second person, blind; what differs is settled before publication)
    PUBLISHED -> APPEALED -> FINAL

`ledger.case_table` is the one table of states and steps; docs/workflow.md draws it. Every step locks the
case, compares its `version` where one is given (Conflict: somebody was quicker), and adds a row of
`case_steps` and one of the audit log in the same transaction.
"""

from ledger.appeals import Appeal, Ruling, appeal, decide, find_appeals, newest_appeal, waive
from ledger.case_clock import close_overdue, return_stale
from ledger.case_facts import Difference, Requirement, missing_of
from ledger.case_holding import give_back, hand, hand_many, require_open_for_change, take, why_closed
from ledger.case_moves import get_case, is_possible, lock_case, steps_of
from ledger.case_records import Case, HandedOut, StepTaken
from ledger.case_reviews import (
    ask_second,
    finish_if_second,
    finish_review,
    finish_second,
    open_differences,
    reopen,
    settle,
)
from ledger.case_table import TABLE
from ledger.publications import Published, newest_publication, note_seen, publish, withdraw
from ledger.review_rules import ReviewRules

__all__ = [
    "TABLE",
    "Appeal",
    "Case",
    "Difference",
    "HandedOut",
    "Published",
    "Requirement",
    "ReviewRules",
    "Ruling",
    "StepTaken",
    "appeal",
    "ask_second",
    "close_overdue",
    "decide",
    "find_appeals",
    "finish_if_second",
    "finish_review",
    "finish_second",
    "get_case",
    "give_back",
    "hand",
    "hand_many",
    "is_possible",
    "lock_case",
    "missing_of",
    "newest_appeal",
    "newest_publication",
    "note_seen",
    "open_differences",
    "publish",
    "reopen",
    "require_open_for_change",
    "return_stale",
    "settle",
    "steps_of",
    "take",
    "waive",
    "why_closed",
    "withdraw",
]
