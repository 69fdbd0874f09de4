"""Any number of calls as rows of the ledger: four desks, 536 operators in teams, 60 days."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench.console.templates import COUNT, templates

DESKS: Final = {"114": 0.6, "112": 0.15, "180": 0.15, "10050": 0.1}
OPERATORS: Final = 536
IN_A_TEAM: Final = 18
DAYS: Final = 60
END: Final = datetime(2026, 11, 30, tzinfo=UTC)
COLUMNS: Final = (
    *("id", "origin", "hotline", "caller", "state", "received_at", "answered_at", "ended_at"),
    *("result", "reason", "place", "desk", "operator", "team", "queue_wait_s", "marks", "facts"),
    *("score", "flags", "flag_count", "length_s", "lost_points", "worst_points", "survey_mark", "language"),
    *("tries", "case_state"),
)
FLAGGED_OF: Final = 4  # one call of so many has flags, a transcript and findings


def call_id(number: int, total: int) -> str:
    """Of one of so many calls."""
    return f"{received_at(number, total):%Y%m%d-%H%M%S}-{number:08}"


def received_at(number: int, total: int) -> datetime:
    """Calls come evenly over the days."""
    return END - timedelta(days=DAYS) + timedelta(days=DAYS) * (number / total)


def template_of(number: int) -> int | None:
    """Which template a call follows; None: it has no flags, and nobody asks what was said."""
    return (number // FLAGGED_OF * 7919) % COUNT if number % FLAGGED_OF == 0 else None


def rows(first: int, last: int, total: int) -> Iterator[dict[str, Any]]:
    """Calls by number, the last one excluded."""
    chance = random.Random(first)
    desks = chance.choices(list(DESKS), list(DESKS.values()), k=last - first)
    made = [(json.dumps(list(each.failed)), each) for each in templates()]
    for number, desk in zip(range(first, last), desks, strict=True):
        template = template_of(number)
        flags, judged = made[template] if template is not None else ("[]", None)
        yield _row(number, total, desk, chance) | {
            "score": judged.score if judged else 100.0,
            "lost_points": 100.0 - judged.score if judged else 0.0,
            "worst_points": judged.worst_points if judged else 0.0,
            "flags": flags,
            "flag_count": len(judged.failed) if judged else 0,
        }


def _row(number: int, total: int, desk: str, chance: random.Random) -> dict[str, Any]:
    at = received_at(number, total)
    length_s = 20 + chance.expovariate(1 / 60)
    operator = _operator(desk, chance)
    mark = chance.choices((None, 5, 4, 3, 2, 1), weights=(60, 25, 9, 3, 2, 1))[0]
    language = chance.choices((None, "zh", "yue", "en"), weights=(50, 46, 3, 1))[0]
    facts = ({"survey_mark": str(mark)} if mark else {}) | ({"language": language} if language else {})
    return {
        "id": call_id(number, total),
        "origin": "canary" if number % 1000 == 7 else "sip",
        "hotline": desk,
        "caller": f"138{number:08}",
        "state": "scored",
        "received_at": at,
        "answered_at": at,
        "ended_at": at + timedelta(seconds=length_s),
        "result": "served",
        "reason": "caller_hung_up",
        "place": "operator",
        "desk": desk,
        "operator": str(8001 + operator),
        "team": f"{desk}-{operator // IN_A_TEAM:02}",
        "queue_wait_s": round(chance.expovariate(1 / 12), 1),
        "marks": "[]",
        "facts": json.dumps(facts),
        "length_s": length_s,
        "survey_mark": mark,
        "language": language,
        "tries": 0,
        "case_state": "open",
    }


def _operator(desk: str, chance: random.Random) -> int:
    """Each desk has its own, as many as it has calls."""
    first = 0.0
    for name, share in DESKS.items():
        if name == desk:
            return int((first + chance.random() * share) * OPERATORS)
        first += share
    raise KeyError(desk)
