"""Reconciling tells recorded from explained, and raises the alarm for what is neither."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from huey import Huey
from structlog.testing import capture_logs

from hotline.duties import Duties
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from hotline.reconciling import Explanation, reconcile_calls
from ledger import calls, checks, edge_counts
from ledger.accounts import ASKED_AGAIN, INVITES
from ledger.clock import now
from ledger.records import Ending
from ledger.settings import Settings
from ledger.states import ChainKind, Origin, Place, Reason, Result
from ledger.tables import CallRow, EdgeCountRow
from recorder.capture import Capture
from recorder.chain import append
from tests.hotline.command import hotline
from tests.recorder.chaining import Archive


def end(archive: Archive, call_id: str, result: Result, reason: Reason, *, answered: bool = False) -> None:
    """An INVITE that ended so."""
    with archive.ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
        if answered:
            calls.mark_answered(session, call_id, now())
        place = Place.MENU if answered else None
        ending = Ending(result=result, reason=reason, place=place)
        calls.mark_ended(session, call_id, ending=ending, ended_at=now())


@pytest.mark.parametrize(
    ("result", "reason", "explanation"),
    [
        (Result.ABANDONED, Reason.CANCELLED, Explanation.ABANDONED),
        (Result.REFUSED, Reason.UNKNOWN_NUMBER, Explanation.REFUSED),
        (Result.REFUSED, Reason.LINES_BUSY, Explanation.BUSY),
        (Result.FAILED, Reason.NO_ACK, Explanation.FAILED),
        (Result.SERVED, Reason.FEATURE_CODE, Explanation.FEATURE_CODE),
        (Result.REFUSED, Reason.BUSY, Explanation.NOT_REACHED),
        (Result.FAILED, Reason.UNREACHABLE, Explanation.NOT_REACHED),
    ],
)
def test_what_was_never_answered_is_explained_by_its_ending(
    archive: Archive, settings: Settings, result: Result, reason: Reason, explanation: Explanation
) -> None:
    """Each from the closed set."""
    end(archive, "a", result, reason)
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert account.is_clean
    assert {name for name, count in account.explanations.items() if count} == {explanation}
    assert (account.document["invites"], account.document["explained"]) == (1, 1)


def test_a_call_that_we_placed_is_counted_and_hides_no_callers_lost_row(
    archive: Archive, settings: Settings
) -> None:
    """The edge never saw it: with one INVITE counted there and no caller's row, one is missing."""
    long_ago = now() - timedelta(minutes=10)
    with archive.ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="10050", origin=Origin.OUTBOUND)
        session.flush()
        session.get_one(CallRow, "a").received_at = long_ago
        ending = Ending(result=Result.REFUSED, reason=Reason.NO_ANSWER)
        calls.mark_ended(session, "a", ending=ending, ended_at=long_ago)
        minute = long_ago.replace(second=0, microsecond=0)
        session.add(EdgeCountRow(minute=minute, verdict="invites", count=1))
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert (account.invites, account.unexplained) == (1, ())
    assert (account.edge.rows, account.edge.without_row) == (0, 1)


def test_every_invite_is_counted_once(archive: Archive, settings: Settings) -> None:
    """Recorded, rescued, deleted, could not be recorded, running: they add up."""
    archive.seal("recorded")
    archive.seal("deleted")
    archive.delete("deleted")
    end(archive, "waits", Result.ABANDONED, Reason.CALLER_HUNG_UP, answered=True)
    end(archive, "full", Result.SERVED, Reason.CALLER_HUNG_UP, answered=True)
    with archive.ledger.transaction() as session:
        session.get_one(CallRow, "full").state = "quarantined"
        append(session, ChainKind.LOST, "full", None, {"cause": "no room on the disk"})
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert account.is_clean, account
    assert (account.invites, account.recorded, account.running) == (4, 1, 1)
    assert account.explanations["deleted_by_retention"] == account.explanations["failed_with_cause"] == 1


def test_calls_that_nobody_can_explain_are_named(archive: Archive, settings: Settings) -> None:
    """Served without a recording; and a call that has been running for more than a day."""
    end(archive, "served", Result.SERVED, Reason.MENU_ENDED)
    with archive.ledger.transaction() as session:
        calls.add_call(session, call_id="stuck", hotline="114", line="line-1:1")
        session.flush()
        session.get_one(CallRow, "stuck").received_at = now() - timedelta(days=2)
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert set(account.unexplained) == {"served", "stuck"}


def test_a_capture_that_no_row_knows_is_an_alarm(archive: Archive, settings: Settings) -> None:
    """Somebody was answered, and the ledger does not know it. A line's silence is no capture."""
    (settings.capture_dir / "line-1.silence.wav").write_bytes(b"")
    Capture.of_call(settings.capture_dir, "nobody").said.write_bytes(bytes(100))
    end(archive, "refused", Result.REFUSED, Reason.LINES_BUSY)
    Capture.of_call(settings.capture_dir, "refused").heard.write_bytes(bytes(100))
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert account.unknown_captures == ("nobody", "refused")
    assert account.document["unexplained"] == 2


def test_an_invite_that_only_the_edge_saw_is_an_alarm(archive: Archive, settings: Settings) -> None:
    """Five INVITEs and one that a line had refused before: six rows are due, and five are there."""
    at = now() - timedelta(minutes=5)
    with archive.ledger.transaction() as session:
        edge_counts.add_counts(session, at, {INVITES: 5, ASKED_AGAIN: 1, "scanner": 9})
    for count in range(5):
        end(archive, f"call-{count}", Result.REFUSED, Reason.LINES_BUSY)
        with archive.ledger.transaction() as session:
            session.get_one(CallRow, f"call-{count}").received_at = at
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert account.edge.document == {"invites": 5, "asked_again": 1, "rows": 5, "without_row": 1}
    assert (account.document["unexplained"], account.is_clean) == (1, False)


def test_the_result_is_printed_and_kept(archive: Archive, settings: Settings) -> None:
    """Exit 0 while all is explained, 1 and the names afterwards; the metrics show the newest result."""
    archive.seal("a")
    clean = hotline("reconcile", data=settings.data_dir)
    assert clean.status == 0, clean.err
    assert "recorded: 1\n" in clean.out
    next(archive.folder.rglob("a.flac")).unlink()
    broken = hotline("reconcile", "--json", data=settings.data_dir)
    assert (broken.status, broken.document["broken_seal_calls"], broken.document["recorded"]) == (1, ["a"], 0)
    assert hotline("reconcile", "--since", "2026-01-03", data=settings.data_dir).status == 0
    with archive.ledger.reading() as session:
        newest = checks.newest(session, checks.RECONCILE)
    assert newest is not None
    assert newest.clean
    assert newest.document["invites"] == 0


def _due_at(clock: Huey, hour: int) -> dict[str, Any]:
    """Duties by name at a full hour; Huey's times are naive and in UTC."""
    moment = datetime(2026, 11, 25, hour, 0)  # noqa: DTZ001
    return {task.name: task for task in clock.read_periodic(moment)}


def test_the_clock_checks_every_night(archive: Archive, settings: Settings) -> None:
    """At the hour that is set, of the last days, and the alarm goes to the log."""
    archive.seal("old")
    next(archive.folder.rglob("old.flac")).unlink()  # before the last days
    archive.seal("new", now())
    next(archive.folder.rglob("new.flac")).write_bytes(b"other")
    recognisers = Recognisers(settings, plan_of(settings))
    clock = Duties(settings, archive.ledger, recognisers, far=False).clock
    told = {hour: _due_at(clock, hour) for hour in (18, 19)}
    assert set(told[19]) - set(told[18]) == {"check"}
    with capture_logs() as logs:
        clock.execute(told[19]["check"])
    (alarm,) = [line for line in logs if line["event"] == "calls_unaccounted"]
    assert (alarm["broken_seals"], alarm["calls"]) == (1, ["new"])
    with archive.ledger.reading() as session:
        newest = checks.newest(session, checks.RECONCILE)
    assert newest is not None
    assert not newest.clean
