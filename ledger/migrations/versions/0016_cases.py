"""Cases: how far people are with a call, and every step of it."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0016"
down_revision = "0015"

_TIMES = (
    "held_since",
    "reviewed_at",
    "second_at",
    "published_at",
    "appeal_until",
    "appealed_at",
    "decided_at",
)
_PEOPLE = (
    "holder_id",
    "handed_by_id",
    "reviewer_id",
    "second_id",
    "published_by_id",
    "appealed_by_id",
    "decided_by_id",
)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in _TIMES),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _PEOPLE),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_cases_call_id_calls"),
        *(sa.ForeignKeyConstraint([name], ["users.id"], name=f"fk_cases_{name}_users") for name in _PEOPLE),
        sa.PrimaryKeyConstraint("call_id", name="pk_cases"),
    )
    op.create_index("ix_cases_holder_id_state", "cases", ["holder_id", "state"])
    op.create_index("ix_cases_state_since", "cases", ["state", "since"])
    op.create_table(
        "case_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["cases.call_id"], name="fk_case_steps_call_id_cases"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_case_steps_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_case_steps"),
    )
    op.create_index("ix_case_steps_call_id", "case_steps", ["call_id"])


def downgrade() -> None:
    op.drop_table("case_steps")
    op.drop_table("cases")
