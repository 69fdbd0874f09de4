"""What the list of calls sorts and filters by, in columns of its own with an index for each order; views."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_OURS = sa.text("origin = 'canary'")
_TO_REVIEW = sa.text("case_state = 'open' AND flag_count > 0")
_ORDERS = ("lost_points", "length_s", "worst_points", "queue_wait_s")
_PAIRS = (
    ("desk", "operator"),
    ("team", "operator"),
    ("survey_mark", "received_at"),
    ("language", "received_at"),
)
_SINGLE = ("received_at", "score", "desk", "operator", "team")

# The same words on SQLite and PostgreSQL but for the JSON and the time.
_WORST = """
UPDATE calls SET worst_points = COALESCE((
    SELECT MAX(findings.points) FROM findings
    WHERE findings.verdict = 'fail' AND findings.scorecard_id = (
        SELECT MAX(scorecards.id) FROM scorecards WHERE scorecards.call_id = calls.id
    )
), 0)
"""
_CASES = """
UPDATE calls SET case_state = (SELECT cases.state FROM cases WHERE cases.call_id = calls.id)
WHERE calls.id IN (SELECT cases.call_id FROM cases)
"""
_VERDICTS = """
INSERT INTO call_verdicts (rule, verdict, call_id, flagged)
SELECT DISTINCT findings.rule, findings.verdict, calls.id,
    findings.verdict = 'fail' AND CAST(calls.flags AS TEXT) LIKE '%"' || findings.rule || '"%'
FROM calls
JOIN scorecards ON scorecards.id = (
    SELECT MAX(newest.id) FROM scorecards AS newest WHERE newest.call_id = calls.id
)
JOIN findings ON findings.scorecard_id = scorecards.id
WHERE findings.verdict IN ('fail', 'cannot_tell')
"""
_SECONDS = {
    "sqlite": "(julianday(ended_at) - julianday(answered_at)) * 86400.0",
    "postgresql": "EXTRACT(EPOCH FROM ended_at - answered_at)",
}
_FACT = {"sqlite": "json_extract(facts, '$.{0}')", "postgresql": "facts ->> '{0}'"}


def upgrade() -> None:
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("length_s", sa.Float(), nullable=True))
        table.add_column(sa.Column("lost_points", sa.Float(), nullable=True))
        table.add_column(sa.Column("worst_points", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("case_state", sa.String(length=16), nullable=False, server_default="open"))
        table.add_column(sa.Column("survey_mark", sa.Integer(), nullable=True))
        table.add_column(sa.Column("language", sa.String(length=16), nullable=True))
        for name in _SINGLE:
            table.drop_index(f"ix_calls_{name}")
    op.create_table(
        "call_verdicts",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_verdicts_call_id_calls"),
        sa.PrimaryKeyConstraint("rule", "verdict", "call_id", name="pk_call_verdicts"),
    )
    _fill()
    op.create_index("ix_call_verdicts_call_id", "call_verdicts", ["call_id"])
    op.create_index("ix_calls_received_at_id", "calls", ["received_at", "id"])
    for name in _ORDERS:
        op.create_index(f"ix_calls_{name}_received_at_id", "calls", [name, "received_at", "id"])
    for pair in _PAIRS:
        op.create_index(f"ix_calls_{'_'.join(pair)}", "calls", list(pair))
    op.create_index(
        "ix_calls_to_review",
        "calls",
        ["flag_count", "received_at", "id"],
        sqlite_where=_TO_REVIEW,
        postgresql_where=_TO_REVIEW,
    )
    op.create_index(
        "ix_calls_canaries", "calls", ["received_at", "id"], sqlite_where=_OURS, postgresql_where=_OURS
    )
    _add_views()


def _fill() -> None:
    dialect = op.get_bind().dialect.name
    mark, language = (_FACT[dialect].format(key) for key in ("survey_mark", "language"))
    op.execute(
        "UPDATE calls SET length_s = COALESCE("  # noqa: S608 - our own words
        "(SELECT recordings.duration_s FROM recordings WHERE recordings.call_id = calls.id), "
        f"{_SECONDS[dialect]}), lost_points = 100 - score, language = NULLIF(SUBSTR({language}, 1, 16), ''), "
        f"survey_mark = CASE WHEN {mark} IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10') "
        f"THEN CAST({mark} AS INTEGER) END"
    )
    op.execute(_CASES)
    op.execute(_WORST)
    op.execute(_VERDICTS)


def _add_views() -> None:
    op.create_table(
        "list_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_list_views_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_list_views"),
        sa.UniqueConstraint("user_id", "name", name="uq_list_views_user_id_name"),
    )
    op.create_table(
        "list_settings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("first_view_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_list_settings_user_id_users"),
        sa.ForeignKeyConstraint(
            ["first_view_id"], ["list_views.id"], name="fk_list_settings_first_view_id_list_views"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_list_settings"),
    )


def downgrade() -> None:
    op.drop_table("list_settings")
    op.drop_table("list_views")
    op.drop_table("call_verdicts")
    names = ("canaries", "to_review", "received_at_id")
    for name in (*names, *(f"{one}_received_at_id" for one in _ORDERS), *map("_".join, _PAIRS)):
        op.drop_index(f"ix_calls_{name}", "calls")
    for name in ("case_state", "language", "survey_mark", "worst_points", "lost_points", "length_s"):
        op.drop_column("calls", name)  # in place: other tables refer to this one
    for name in _SINGLE:
        op.create_index(f"ix_calls_{name}", "calls", [name])
