"""The list of what stands behind a number: which rows an address asks for, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from console.business.schemas import Wish, member, number
from console.errors import BadInput
from console.texts import check_signs
from desks.campaigns.states import Kind, Outcome
from desks.figures import EnquiryKind, RefusalReason
from desks.figures.behind import Found, find_behind
from desks.figures.measures import MEASURES
from desks.figures.slices import Slice
from ledger.records import User
from ledger.statistics.days import Period

PAGE_LENGTH = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What the address asks for besides the wish."""

    what: str  # a measure
    cause_id: int | None = None
    group: str = ""
    kind: EnquiryKind | None = None
    reason: RefusalReason | None = None
    campaign: Kind | None = None
    outcome: Outcome | None = None

    def slice(self, wish: Wish, zone: tzinfo, viewer: User) -> Slice:
        """The rows."""
        return wish.slice(
            zone,
            viewer,
            cause_id=self.cause_id,
            cause_group=self.group,
            enquiry_kind=self.kind,
            refusal=self.reason,
            campaign_kind=self.campaign,
            outcome=self.outcome,
        )

    def query(self) -> str:
        """As the address has it."""
        asked = {
            "what": self.what,
            "cause": self.cause_id,
            "group": self.group,
            "kind": self.kind,
            "reason": self.reason,
            "campaign": self.campaign,
            "outcome": self.outcome,
        }
        return urlencode({name: str(value) for name, value in asked.items() if value not in (None, "")})


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Addresses of what stands behind a page's numbers."""

    wish: Wish

    def behind(self, what: str, *, period: Period | None = None, **asked: object) -> str:
        """The rows of a measure; `branch`, `service` in place of the page's own."""
        if not what:
            return ""
        wish = self.wish.of_period(period) if period else self.wish
        told = {name: value for name, value in asked.items() if value not in (None, "")}
        return "/business/behind?" + wish.query(what=what, **told)

    def newest(self, day: date | None, *, as_analysis: bool = False) -> str:
        """The same page of the month of a day, of all branches and services."""
        if day is None:
            return ""
        span = {"month": f"{day:%Y-%m}"} if as_analysis else {"day_from": day.replace(day=1), "day_to": day}
        wish = self.wish.query(**{"day_from": "", "day_to": "", "branch": "", "service": "", **span})
        return f"/business/analysis?{wish}" if as_analysis else f"/business?{wish}"

    def survey(self, what: str, branch_id: int | None, *, may_hear: bool) -> str:
        """The calls of a branch's tickets; of all calls the list that those have who may hear them."""
        if branch_id is not None:
            return self.behind(what, branch=branch_id)
        if self.wish.branch_id is not None or self.wish.service or not may_hear:
            return ""
        days = {"day_from": self.wish.first, "day_to": self.wish.last}
        return "/figures/calls?" + urlencode({**days, "what": what})

    def page(self, period: Period) -> str:
        """The same page of another period."""
        return "/business?" + self.wish.of_period(period).query()

    def analysis(self, period: Period) -> str:
        """The analysis of the month in which a period ends."""
        return "/business/analysis?" + self.wish.query(month=f"{period.last:%Y-%m}", day_from="", day_to="")


def read_behind(query: Mapping[str, str]) -> Behind:
    """What is asked. Raises BadInput."""
    what, group = query.get("what", "tickets"), query.get("group", "")
    if what not in MEASURES:
        raise BadInput(f"what must be one of {', '.join(MEASURES)}, got {what[:20]!r}")
    check_signs("group", group)
    kind, reason = member(query, "kind", tuple(EnquiryKind)), member(query, "reason", tuple(RefusalReason))
    campaign, outcome = member(query, "campaign", tuple(Kind)), member(query, "outcome", tuple(Outcome))
    return Behind(
        what=what,
        cause_id=number(query, "cause"),
        group=group[:64],
        kind=EnquiryKind(kind) if kind else None,
        reason=RefusalReason(reason) if reason else None,
        campaign=Kind(campaign) if campaign else None,
        outcome=Outcome(outcome) if outcome else None,
    )


def read_page(query: Mapping[str, str]) -> int:
    """Which page, from 1. Raises BadInput."""
    page = number(query, "page") or 1
    if page > 100_000:
        raise BadInput("page must be a number from 1 to 100000")
    return page


def open_behind(session: Session, behind: Behind, wanted: Slice, at: datetime, page: int) -> Found:
    """One page of the rows."""
    return find_behind(session, behind.what, wanted, at, limit=PAGE_LENGTH, skip=(page - 1) * PAGE_LENGTH)


def pages_of(found: Found) -> int:
    """How many pages they are, at least one."""
    return max(1, -(-found.total // PAGE_LENGTH))
