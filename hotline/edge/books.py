"""What the edge and the ledger tell each other: lines, passwords, registrations, refused calls, counts."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.edge.files import EdgeFiles
from hotline.edge.pulses import Pulses
from hotline.edge.refusals import Ear, Refusal
from hotline.edge.rpc import EdgeSilent, ask
from ledger import calls, edge_counts, lines, operators, secrets
from ledger.clock import now
from ledger.database import Ledger
from ledger.signatures import lives
from ledger.states import FactKey, LineState
from sip_config import Plan
from sip_config.kamailio import ACCOUNTS, INACTIVE_FLAG, SERVING_SET, VERDICTS, lines_list

COUNT_EVERY_S = 2.0
STEP_S = 1.0  # of the clock; what is less matters to no minute's count (`ledger.accounts.SKEW`)
TELL_AGAIN_EVERY_S = 10.0  # all registrations: an operator may have got a row meanwhile
MOST_AT_ONCE = 500  # refused calls in one transaction

log = structlog.get_logger(__name__)


class EdgeBooks:
    """Carries news both ways. Each step stands alone: what fails is told, and done at the next turn."""

    def __init__(self, *, plan: Plan, ledger: Ledger, files: EdgeFiles, ear: Ear) -> None:
        self._plan, self._ledger, self._files, self._ear = plan, ledger, files, ear
        self._pulses = Pulses()
        self._lines: str | None = None  # what Kamailio has been told
        self._line_ids: frozenset[str] = frozenset()  # the lines in it
        self._secrets: dict[str, str] | None = None
        self._registered: dict[str, datetime | None] = {}
        self._forget_due_s = 0.0
        self._counted: dict[str, int] = {}
        self._counted_at, self._counted_s = now(), time.monotonic()
        self._count_due_s = 0.0
        self._registering = [
            number for number, operator in plan.operators.items() if operator.address is None
        ]

    def prepare(self) -> None:
        """Write what Kamailio reads at its start."""
        with self._ledger.reading() as session:
            known = self._pulses.look(lines.written_lines(session))
            ha1_by_user = secrets.secrets_of_realm(session, self._plan.edge.realm)
        self._files.write_lines(lines_list(known, silent=()))
        self._files.write_secrets(ha1_by_user)

    def turn(self) -> None:
        """One round."""
        for step in (
            self.feed_lines,
            self.push_secrets,
            self.note_registrations,
            self.account_for_refusals,
            self.count,
        ):
            _try(step)

    def has_lines_here(self) -> bool:
        """Whether lines of this machine live."""
        with self._ledger.reading() as session:
            return any(lives(line.process) for line in lines.list_lines(session))

    def finish(self) -> None:
        """What is left to say when Kamailio is gone."""
        _try(self.account_for_refusals)

    def feed_lines(self) -> None:
        """Lines that serve get callers from now on; those that drain or died get none."""
        with self._ledger.reading() as session:
            known = self._pulses.look(lines.written_lines(session))
        wanted = lines_list(known, silent=())
        if wanted == self._lines:
            return
        silent = self._silent_addresses()
        dead = [
            line.id for line in known if line.id in self._line_ids and f"{line.host}:{line.port}" in silent
        ]
        self._files.write_lines(lines_list(known, silent=dead))
        ask(self._files.folder, "dispatcher.reload")
        self._lines, self._line_ids = wanted, frozenset(line.id for line in known)
        serving = [line.id for line in known if line.state is LineState.SERVING]
        log.info("edge_lines", serving=serving)

    def _silent_addresses(self) -> set[str]:
        """host:port of the lines that Kamailio's probes have found dead."""
        try:
            told = ask(self._files.folder, "dispatcher.list", "short")
        except EdgeSilent:
            return set()  # it has no list yet
        targets = [
            entry["DEST"]
            for record in told["RECORDS"]
            if record["SET"]["ID"] == SERVING_SET
            for entry in record["SET"]["TARGETS"]
        ]
        return {
            target["URI"].removeprefix("sip:").partition(";")[0]
            for target in targets
            if target["FLAGS"].startswith(INACTIVE_FLAG)
        }

    def push_secrets(self) -> None:
        """Passwords that were set or taken away count at once."""
        with self._ledger.reading() as session:
            ha1_by_user = secrets.secrets_of_realm(session, self._plan.edge.realm)
        if ha1_by_user == self._secrets:
            return
        self._files.write_secrets(ha1_by_user)
        ask(self._files.folder, "htable.reload", "secrets")
        self._secrets = ha1_by_user

    def note_registrations(self) -> None:
        """Phones that came, stayed or went."""
        if not self._registering:
            return
        if time.monotonic() >= self._forget_due_s:
            self._forget_due_s = time.monotonic() + TELL_AGAIN_EVERY_S
            self._registered.clear()
        until_by_number = self._files.read_registrations()
        current = {number: until_by_number.get(number) for number in self._registering}
        live = {number: until if until and until > now() else None for number, until in current.items()}
        changed = {
            number: until
            for number, until in live.items()
            if number not in self._registered or until != self._registered[number]
        }
        if not changed:
            return
        with self._ledger.transaction() as session:
            enrolled = {operator.number for operator in operators.list_operators(session)}
            for number in enrolled & changed.keys():  # the lines enrol the operators, perhaps a moment later
                operators.note_registration(session, number, changed[number])
        self._registered.update(changed)

    def account_for_refusals(self) -> None:
        """A row for every INVITE that the edge refused."""
        batch = self._ear.take(MOST_AT_ONCE)
        if not batch:
            return
        try:
            with self._ledger.transaction() as session:
                for refusal in batch:
                    _add(session, refusal)
        except SQLAlchemyError:
            self._ear.give_back(batch)
            raise

    def count(self) -> None:
        """What was dropped and what was let through, by the minute."""
        if time.monotonic() < self._count_due_s:
            return
        self._count_due_s = time.monotonic() + COUNT_EVERY_S
        told = [entry.removeprefix("script:").split(" = ") for entry in self._statistics()]
        totals = {verdict: int(total) for verdict, total in told if verdict in (*VERDICTS, *ACCOUNTS)}
        fresh = {verdict: total - self._before(verdict, total) for verdict, total in totals.items()}
        at, at_s = now(), time.monotonic()
        step_s = (at - self._counted_at).total_seconds() - (at_s - self._counted_s)
        fresh = {verdict: count for verdict, count in fresh.items() if count and _has_minute(verdict, step_s)}
        if fresh:
            with self._ledger.transaction() as session:
                edge_counts.add_counts(session, at, fresh)
        self._counted, self._counted_at, self._counted_s = totals, at, at_s

    def _statistics(self) -> list[str]:
        return list(ask(self._files.folder, "stats.get_statistics", "script:"))

    def _before(self, verdict: str, total: int) -> int:
        """What was counted already; a Kamailio that has started again counts from nought."""
        before = self._counted.get(verdict, 0)
        return before if before <= total else 0


def _has_minute(verdict: str, step_s: float) -> bool:
    """Whether a count belongs to the minute that it is now, though the clock stepped since the last count.

    Of INVITEs nobody can say whether they came before the step, where their rows are. They are left out.
    """
    return abs(step_s) < STEP_S or verdict not in ACCOUNTS


def _add(session: Session, refusal: Refusal) -> None:
    calls.add_refused(
        session,
        hotline=refusal.dialled,
        caller=refusal.caller,
        sip_call_id=refusal.sip_call_id,
        reason=refusal.reason,
        received_at=refusal.at,
        facts={FactKey.SOURCE: refusal.source},
    )


def _try(step: Callable[[], None]) -> None:
    try:
        step()
    except (EdgeSilent, SQLAlchemyError, sqlite3.Error, OSError) as error:
        log.warning("edge_step_put_off", step=step.__name__, error=str(error))
