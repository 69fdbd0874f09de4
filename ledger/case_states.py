"""How far people are with a call, and what moves it: the closed sets of the way of a review."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """How far people are with a call (`ledger.tables.CaseRow`)."""

    OPEN = "open"  # to be reviewed, by its holder or by whoever takes it
    REVIEWED = "reviewed"  # waits for publication
    SECOND = "second"  # waits for, or is in, a blind second review
    PUBLISHED = "published"  # the operator sees it and may appeal until the limit
    APPEALED = "appealed"  # waits for a decision
    FINAL = "final"  # nothing changes any more


class CaseStep(StrEnum):
    """What moved a case."""

    TAKEN = "taken"
    RETURNED = "returned"
    HANDED = "handed"  # to somebody, by somebody else
    REVIEWED = "reviewed"
    REOPENED = "reopened"
    ASKED_SECOND = "asked_second"
    SECONDED = "seconded"
    SETTLED = "settled"  # where both reviews differed
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # the publication, before anybody had looked
    APPEALED = "appealed"
    UPHELD = "upheld"  # the appeal: the findings change
    DISMISSED = "dismissed"  # the appeal: the findings stand
    CLOSED = "closed"  # the limit has passed without an appeal, or was waived
