"""Sums of days that are over, and the triggers that tell when they are not good any more.

Written out, as what it made once: the tables and what is counted may change after it.
"""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0021"
down_revision = "0020"

STANDARDS = ("fast", "right", "clear", "warm")
CALL_MEASURES = (
    *(
        "calls",
        "answered",
        "talked",
        "served",
        "abandoned",
        "refused",
        "failed",
        "judged",
        "flagged",
        "carded",
    ),
    *("asked", "cut", "marked", *(f"mark_{key}" for key in range(10))),
    *("talk_us", "score_micro", *(f"lost_{name}" for name in STANDARDS)),
)
WAIT_MEASURES = (
    *("offered", "bridged", "in_time", "gave_up", "overflowed", "wait_us", "gave_up_us"),
    *(f"{name}_{bucket}" for name in ("bridged", "gave_up") for bucket in range(25)),
)
RULE_MEASURES = ("flags", "fails", "undecided", "confirmed", "rejected")

# Any change of a call, a wait, a scorecard or a decision removes its days from `summed_days`. Calls of today
# belong to no such day yet: for them it is one look into a small index.
DAY_OF = "DELETE FROM summed_days WHERE to_at > {moment} AND from_at <= {moment};"
DAYS_OF_WAITS = (
    "DELETE FROM summed_days WHERE to_at > (SELECT MIN(left_at) FROM waiting WHERE call_id = {row}.id)"
    " AND from_at <= (SELECT MAX(left_at) FROM waiting WHERE call_id = {row}.id);"
)
CALLS_MOMENT = "(SELECT received_at FROM calls WHERE id = {row}.call_id)"
FINDINGS_MOMENT = (
    "(SELECT c.received_at FROM calls c JOIN scorecards s ON s.call_id = c.id"
    " JOIN findings f ON f.scorecard_id = s.id WHERE f.id = {row}.finding_id)"
)
STATEMENTS = {
    "calls": f"{DAY_OF.format(moment='{row}.received_at')} {DAYS_OF_WAITS}",
    "waiting": DAY_OF.format(moment="{row}.left_at"),
    "scorecards": DAY_OF.format(moment=CALLS_MOMENT),
    "reviews": DAY_OF.format(moment=FINDINGS_MOMENT),
}
# What does not count, e.g. who has claimed a call, touches no day.
COLUMNS = {
    "calls": (
        "origin, received_at, answered_at, result, desk, operator, team,"
        " marks, facts, score, flags, flag_count"
    ),
    "waiting": "call_id, desk, left_at, outcome, waited_s, service_level_s",
    "scorecards": "call_id, limits",
    "reviews": "finding_id, decision",
}
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def upgrade() -> None:
    op.create_table(
        "summed_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("to_at", UtcDateTime(), nullable=False),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.Column("summed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("day", name="pk_summed_days"),
    )
    op.create_index("ix_summed_days_to_at", "summed_days", ["to_at"])
    _create_sums("call_sums", ("grain", "day", "hour"), (), CALL_MEASURES)
    _create_sums("wait_sums", ("grain", "day", "hour"), ("call_desk",), WAIT_MEASURES)
    _create_sums("rule_sums", ("day",), ("rule",), RULE_MEASURES)
    for table in STATEMENTS:
        for event in EVENTS:
            _create_trigger(table, event)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in STATEMENTS:
        for event in EVENTS:
            called = f"unsum_{table}_{event}"
            op.execute(f"DROP TRIGGER IF EXISTS {called}" if is_sqlite else f"DROP FUNCTION {called} CASCADE")
    for table in ("rule_sums", "wait_sums", "call_sums", "summed_days"):
        op.drop_table(table)


def _create_sums(name: str, when: tuple[str, ...], also: tuple[str, ...], measures: tuple[str, ...]) -> None:
    texts = ("desk", "team", "operator", *also)
    op.create_table(
        name,
        *(sa.Column(one, sa.Date() if one == "day" else sa.Integer(), nullable=False) for one in when),
        *(sa.Column(one, sa.String(length=64), nullable=False) for one in texts),
        *(sa.Column(one, sa.BigInteger(), nullable=False) for one in measures),
        sa.PrimaryKeyConstraint(*when, *texts, name=f"pk_{name}"),
    )


def _create_trigger(table: str, event: str) -> None:
    called, rows = f"unsum_{table}_{event}", EVENTS[event]
    body = " ".join(STATEMENTS[table].format(row=row) for row in rows)
    when = f"UPDATE OF {COLUMNS[table]}" if event == "update" else event.upper()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {called} AFTER {when} ON {table} BEGIN {body} END")
        return
    op.execute(
        f"CREATE FUNCTION {called}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {called} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {called}()")
