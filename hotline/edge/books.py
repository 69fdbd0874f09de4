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
from hotline.edge.leaving import Leaving
from hotline.edge.refusals import Ear, Refusal
from hotline.edge.rpc import EdgeSilent, ask
from ledger import calls, edge_counts, lines, operators, secrets
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import FactKey, LineState
from sip_config import Plan
from sip_config.kamailio import ACCOUNTS, INACTIVE_FLAG, SERVING_SET, VERDICTS, lines_list

COUNT_EVERY_S = 2.0
TELL_AGAIN_EVERY_S = 10.0  # all registrations: an operator may have got a row meanwhile
MOST_AT_ONCE = 500  # refused calls in one transaction

log = structlog.get_logger(__name__)


class EdgeBooks:
    """Carries news both ways. Each step stands alone: what fails is told, and done at the next turn."""

    def __init__(self, *, plan: Plan, ledger: Ledger, files: EdgeFiles, ear: Ear) -> None:
        self._plan, self._ledger, self._files, self._ear = plan, ledger, files, ear
        self._leaving = Leaving()
        self._lines: str | None = None  # what Kamailio has been told
        self._line_ids: frozenset[str] = frozenset()  # the lines in it
        self._secrets: dict[str, str] | None = None
        self._registered: dict[str, datetime | None] = {}
        self._forget_due_s = 0.0
        self._counted: dict[str, int] = {}
        self._count_due_s = 0.0
        self._registering = [
            number for number, operator in plan.operators.items() if operator.address is None
        ]

    def prepare(self) -> None:
        """Write what Kamailio reads at its start."""
        with self._ledger.reading() as session:
            known = lines.list_lines(session)
            ha1_by_user = secrets.secrets_of_realm(session, self._plan.edge.realm)
        self._leaving.turn(self._files.read_lines(), known, self._running)  # what the edge before us knew
        text = lines_list(known, silent=())
        self._files.write_lines(text + self._leaving.turn(text, known, self._running))
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

    def finish(self) -> None:
        """What is left to say when Kamailio is gone."""
        _try(self.account_for_refusals)

    def feed_lines(self) -> None:
        """Lines that serve get callers from now on; those that drain or died get none."""
        with self._ledger.reading() as session:
            known = lines.list_lines(session)
        serving = lines_list(known, silent=())
        leaving = self._leaving.turn(serving, known, self._running)
        wanted = serving + leaving
        if wanted == self._lines:
            return
        silent = self._silent_addresses()
        dead = [
            line.id for line in known if line.id in self._line_ids and f"{line.host}:{line.port}" in silent
        ]
        self._files.write_lines(lines_list(known, silent=dead) + leaving)
        ask(self._files.folder, "dispatcher.reload")
        self._lines, self._line_ids = wanted, frozenset(line.id for line in known)
        ids = [line.id for line in known if line.state is LineState.SERVING]
        log.info("edge_lines", serving=ids, leaving=leaving.count("\n"))

    def _running(self) -> set[str]:
        """The line processes, as name:pid, that have calls which have not ended."""
        with self._ledger.reading() as session:
            return calls.busy_processes(session)

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
        fresh = {verdict: count for verdict, count in fresh.items() if count}
        if fresh:
            with self._ledger.transaction() as session:
                edge_counts.add_counts(session, now(), fresh)
        self._counted = totals

    def _statistics(self) -> list[str]:
        return list(ask(self._files.folder, "stats.get_statistics", "script:"))

    def _before(self, verdict: str, total: int) -> int:
        """What was counted already; a Kamailio that has started again counts from nought."""
        before = self._counted.get(verdict, 0)
        return before if before <= total else 0


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
