"""The closed set of what the audit log tells of."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """What the audit log tells of."""

    LOOKED = "looked"  # at a call's page: facts, transcript, findings
    LISTENED = "listened"
    DOWNLOADED = "downloaded"
    HEARD_ORIGINAL = "heard_original"  # what is masked since
    SAW_SECRETS = "saw_secrets"  # looked, listened or downloaded with nothing hidden
    MASKED = "masked"
    HELD = "held"  # a legal hold was set
    RELEASED = "released"  # and lifted
    REVIEWED = "reviewed"  # decided on a finding
    CASE_MOVED = "case_moved"  # a step of `CaseStep`
    UNDONE = "undone"  # took a decision back
    MARKED = "marked"  # gave marks, a comment, praise
    ADDED_FINDING = "added_finding"  # that the machine had missed
    WITHDREW_FINDING = "withdrew_finding"  # one that was added
    CORRECTED = "corrected"  # the transcript
    CLIPPED = "clipped"  # put a span of the call into a playlist
    TRAINING_CHANGED = "training_changed"  # made, changed or spoke in a playlist
    ARTICLE_CHANGED = "article_changed"  # written, changed, put back, imported
    QUESTION_SETTLED = "question_settled"  # one asked and not found: answered or put away
    CAMPAIGN_CHANGED = "campaign_changed"  # made, filled, started, paused or stopped a campaign of call-backs
    CALL_BACK_NOTED = "call_back_noted"  # what a person answered, as the operator wrote it down
    BARRED = "barred"  # put a number on the list of those who are not called
    UNBARRED = "unbarred"
    PROGRAMS_CHANGED = "programs_changed"  # made or ended a token or a webhook, or sent again
    RULE_SUSPENDED = "rule_suspended"  # it deducts no more
    RULE_REINSTATED = "rule_reinstated"
    OPERATOR_SET = "operator_set"  # an operator's state
    PAUSED = "paused"  # a recording, or it goes on
    NUMBER_SHOWN = "number_shown"  # to an operator in a conversation, as what the caller asks for
    HANDED_OVER = "handed_over"  # a caller, to the read-back or to another desk
    WRAPPED_UP = "wrapped_up"  # a conversation, with its reason
    ROUND_CLOSED = "round_closed"  # of blind reviews
    TICKET_MOVED = "ticket_moved"  # a step of `desks.tickets.Move`, the opening too
    MAIL_WRITTEN = "mail_written"  # to a customer, from a ticket's page
    FILES_DELETED = "files_deleted"  # that came in by mail and fax, as their time was over
    ENQUIRY_ENTERED = "enquiry_entered"  # a sale or an enquiry, or what came of it later
    LEFT_SETTLED = "left_settled"  # a message or a wish to be called back
    TICKET_LISTS_CHANGED = "ticket_lists_changed"  # kinds, causes, branches, crews, the working calendar
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"  # name, role, desks, teams
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    PASSWORD_SET = "password_set"  # noqa: S105 - by the user, or by somebody for the user
    TOTP_SET = "totp_set"
    TOTP_REMOVED = "totp_removed"
    SESSIONS_ENDED = "sessions_ended"  # other than by signing out
    DIRECTORY_CHANGED = "directory_changed"  # entries, by hand, import, proposal, undo or a planned change
    DIRECTORY_DECIDED = "directory_decided"  # on an import, a planned change, a proposal, a hard case
    DIRECTORY_PROPOSED = "directory_proposed"
    LOG_EXPORTED = "log_exported"  # this log
    LOG_VERIFIED = "log_verified"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
