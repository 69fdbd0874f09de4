"""The audit log: rows are added, never changed, and each carries the hash of the row before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.records import User
from ledger.tables import AuditRow
from ledger.turns import Turn, take_turns

START = "0" * 64  # what the first row carries
LINK_DOMAIN = b"hotline audit link 1\n"  # the 1 is the encoding's version
ONE_VISIT = timedelta(minutes=5)  # a player asks for range after range: that is one listening
ROWS_AT_ONCE = 1000

Details = Mapping[str, str]
_NEWEST = (
    select(AuditRow)
    .where(AuditRow.call_id == bindparam("of"))
    .order_by(AuditRow.number.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What somebody does."""

    user: User | str  # a name: of the machine's user for a command, as it was typed for a failed sign-in
    action: AuditAction
    call_id: str | None = None
    details: Details | None = None

    @property
    def user_id(self) -> int | None:
        """None where it is no user of the console."""
        return self.user.id if isinstance(self.user, User) else None


def write(session: Session, act: Act) -> None:
    """Add a row, in the transaction of what it tells of. Others who add wait until that ends."""
    take_turns(session, Turn.AUDIT)
    last = session.execute(
        select(AuditRow.number, AuditRow.link_sha256).order_by(AuditRow.number.desc()).limit(1)
    ).first()
    row = AuditRow(
        number=last.number + 1 if last else 1,
        at=now(),
        user_id=act.user_id,
        user=(act.user.name if isinstance(act.user, User) else act.user)[:128],
        action=act.action,
        call_id=act.call_id,
        details=_told(act),
        prev_sha256=last.link_sha256 if last else START,
    )
    row.link_sha256 = link_of(row)
    session.add(row)
    session.flush()


def write_once(ledger: Ledger, act: Act) -> None:
    """Add a row unless the same person did the same a moment ago, to the last detail."""
    with ledger.reading() as session:
        if _is_same_visit(session, act):
            return
    with ledger.transaction() as session:
        if not _is_same_visit(session, act):
            write(session, act)


def find(session: Session, *, call_id: str | None = None, user: str | None = None) -> Iterator[AuditRow]:
    """Rows, oldest first, of a call or of somebody."""
    query = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=ROWS_AT_ONCE)
    if call_id is not None:
        query = query.where(AuditRow.call_id == call_id)
    if user is not None:
        query = query.where(AuditRow.user == user)
    yield from session.scalars(query)


def newest_of_call(session: Session, call_id: str, limit: int) -> list[AuditRow]:
    """A call's newest rows, newest first."""
    return list(session.scalars(_NEWEST, {"of": call_id, "most": limit}))


def head(session: Session) -> tuple[int, str]:
    """Number and link of the newest row: keep it elsewhere, and a cut end is found too."""
    row = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    return (row.number, row.link_sha256) if row else (0, START)


def differs(session: Session, told: str) -> list[str]:
    """Whether the log still holds a head, NUMBER:LINK, that was kept elsewhere. Raises SettingsError."""
    number, _, link = told.partition(":")
    if not number.isdecimal() or not link:
        raise SettingsError(
            f"{told!r} is no head of the audit log; give NUMBER:LINK as `audit verify` prints it"
        )
    row = session.get(AuditRow, int(number))
    if int(number) == 0 or (row is not None and row.link_sha256 == link):
        return []
    return [f"the audit log is not the one whose head was {told}: it was cut or written anew"]


def problems(session: Session) -> Iterator[str]:
    """A sentence for each change or removal of rows; after it we go on from what is there."""
    number, link = 0, START
    for row in find(session):
        if row.number != number + 1:
            yield f"audit row {row.number} stands where no. {number + 1} should: rows were removed or put in"
        elif row.prev_sha256 != link:
            yield f"audit row {row.number} does not follow no. {number}: one was changed or put in"
        if link_of(row) != row.link_sha256:
            yield f"audit row {row.number} was changed: its fields do not give its link"
        number, link = row.number, row.link_sha256


def link_of(row: AuditRow) -> str:
    """SHA-256 over LINK_DOMAIN and the other columns as JSON, in hex."""
    fields = {
        "number": row.number,
        "at": f"{row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
        "user_id": row.user_id,
        "user": row.user,
        "action": str(row.action),
        "call_id": row.call_id,
        "details": row.details,
        "prev_sha256": row.prev_sha256,
    }
    document = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(LINK_DOMAIN + document.encode(errors="surrogatepass")).hexdigest()


def _is_same_visit(session: Session, act: Act) -> bool:
    since: datetime = now() - ONE_VISIT
    same = (
        AuditRow.call_id == act.call_id,
        AuditRow.user_id == act.user_id,
        AuditRow.action == act.action,
        AuditRow.details == _told(act),
    )
    query = select(AuditRow.number).where(*same, AuditRow.at > since).limit(1)
    return session.scalars(query).first() is not None


def _told(act: Act) -> str:
    return json.dumps(dict(act.details or {}), ensure_ascii=False, sort_keys=True)
