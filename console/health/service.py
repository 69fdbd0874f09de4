"""Looks at the parts of the hotline. A check gives a sentence that says what is wrong, or None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from console.health import repository
from console.health.schemas import Health, Readiness
from console.health.sip_probe import answers_sip
from console.switchboard import SipAddress
from ledger.clock import now
from ledger.database import Ledger
from ledger.lines import LineRecord
from ledger.settings import Settings
from ledger.states import LineState
from ledger.wallboard import Backlog
from recorder.room import DiskWatch

LONGEST_BACKLOG_S = 1800.0  # since the oldest call ended whose recording nobody has finished with

MAKE_ROOM = "delete something or give the data directory a bigger disk"
LEDGER_GONE = "the ledger cannot be read: check that its disk or its database server is there"

log = structlog.get_logger(__name__)


def look(ledger: Ledger) -> Health:
    """Whether the console lives: it can read the ledger."""
    try:
        with ledger.reading() as session:
            repository.touch(session)
    except SQLAlchemyError as error:
        log.error("ledger_unreachable", error=str(error))  # noqa: TRY400 - told to the supervisor as well
        return Health(ok=False, ledger=False, problems=[LEDGER_GONE])
    return Health(ok=True, ledger=True, problems=[])


def look_whole(settings: Settings, ledger: Ledger, sip: SipAddress | None) -> Readiness:
    """Whether the next caller would be answered and recorded."""
    disk = check_disk(settings)
    try:
        with ledger.reading() as session:
            lines, backlogs = repository.list_lines(session), repository.backlogs(session)
    except SQLAlchemyError as error:
        log.error("ledger_unreachable", error=str(error))  # noqa: TRY400 - told to the supervisor as well
        return _readiness({"ledger": LEDGER_GONE, "disk": disk})
    return _readiness(
        {
            "ledger": None,
            "lines": check_lines(lines),
            "sip": check_sip(sip, lines),
            "pipeline": check_backlogs(backlogs),
            "disk": disk,
        },
        warn_of_disk(settings),
    )


def check_lines(lines: Sequence[LineRecord]) -> str | None:
    """At least one line must serve."""
    if any(line.state is LineState.SERVING for line in lines):
        return None
    if not lines:
        return "no line has ever started: start them with `hotline up`"
    states = ", ".join(
        f"{count} {state}" for state, count in sorted(Counter(line.state for line in lines).items())
    )
    return f"no line serves ({states}): look at the log of `hotline up` for why"


def check_sip(sip: SipAddress | None, lines: Sequence[LineRecord]) -> str | None:
    """What callers reach must answer: the edge where there are several lines, else the line itself."""
    if sip is None or answers_sip(sip):
        return None
    serving = sum(line.state is LineState.SERVING for line in lines)
    if serving > 1:
        return (
            f"{serving} lines serve, but the edge (Kamailio) before them does not answer at {sip}: restart it"
        )
    return f"nothing answers SIP at {sip}: look at the log of `hotline up` for why"


def check_backlogs(backlogs: Sequence[Backlog]) -> str | None:
    """Workers must keep up."""
    if not backlogs:
        return None
    oldest_at = min(backlog.oldest_at for backlog in backlogs)
    waited_s = (now() - oldest_at).total_seconds()
    if waited_s <= LONGEST_BACKLOG_S:
        return None
    count = sum(backlog.calls for backlog in backlogs)
    return (
        f"{count} calls wait for the workers, the oldest for {waited_s / 60:.0f} min: "
        "see whether workers run, or start more with HOTLINE_WORKERS"
    )


def check_disk(settings: Settings) -> str | None:
    """Recordings need room."""
    disk = DiskWatch.of(settings)
    try:
        free_mb = disk.free_mb()
    except OSError as error:
        return f"the data directory cannot be read ({error.strerror}): check that its disk is there"
    if free_mb >= disk.least_mb:
        return None
    return f"only {free_mb:.0f} MB are free for recordings, so calls are answered without them: {MAKE_ROOM}"


def warn_of_disk(settings: Settings) -> list[str]:
    """Room that will not last."""
    disk = DiskWatch.of(settings)
    if disk.is_short() and disk.has_room():
        return [f"only {disk.free_mb():.0f} MB are free, {disk.warn_mb} MB are wanted: {MAKE_ROOM}"]
    return []


def _readiness(found: dict[str, str | None], warnings: Sequence[str] = ()) -> Readiness:
    problems = [sentence for sentence in found.values() if sentence]
    for sentence in problems:
        log.warning("not_ready", problem=sentence)
    return Readiness(
        ok=not problems,
        checks={name: sentence is None for name, sentence in found.items()},
        problems=problems,
        warnings=list(warnings),
    )
