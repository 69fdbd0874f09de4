"""Tickets: their lists, their steps, the calls that belong to them; the standard lists to begin with.

Deliveries to webhooks may tell of a ticket, which need not have a call.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0027"
down_revision = "0026"

BY = "hotline"
CLOCK, WORKING = "clock", "working"
FAULT, COMPLAINT = ("fault", "障碍"), ("complaint", "投诉")
BILLING, INSTALL, MOVE = ("billing", "话费"), ("install", "装机"), ("move", "移机")
KINDS = (  # desk, what, limit in minutes, how they are counted, reopened within days
    ("112", FAULT, 24 * 60, CLOCK, 7),
    ("112", COMPLAINT, 48 * 60, CLOCK, 15),
    ("180", BILLING, 16 * 60, WORKING, 15),
    ("180", COMPLAINT, 48 * 60, CLOCK, 15),
    ("180", FAULT, 24 * 60, CLOCK, 7),
    ("10050", FAULT, 24 * 60, CLOCK, 7),
    ("10050", COMPLAINT, 48 * 60, CLOCK, 15),
    ("10050", BILLING, 16 * 60, WORKING, 15),
    ("10050", INSTALL, 40 * 60, WORKING, 7),
    ("10050", MOVE, 40 * 60, WORKING, 7),
    ("english", FAULT, 24 * 60, CLOCK, 7),
    ("english", COMPLAINT, 48 * 60, CLOCK, 15),
)
SERVICES = ("固话", "宽带", "公话", "专线", "其他")
CAUSES = {
    "电缆": ("主干电缆", "配线电缆", "电缆被盗"),
    "用户线": ("引入线", "室内线", "接线盒"),
    "用户终端": ("话机", "公话话机", "宽带终端", "用户电脑"),
    "用户操作": ("操作问题", "账号密码"),
    "设备": ("交换设备", "接入设备", "机房电源"),
    "施工": ("割接", "升级"),
    "账务": ("欠费停机", "计费差错", "资费争议"),
    "服务": ("未按时上门", "服务态度", "解释不清"),
    "其他": ("自复", "未查明"),
}
WEEK = "08:30-12:00 13:30-18:00"
HOLIDAYS = {  # as in the standard plan: the State Council's notice for 2026, the statutory days of 2027
    "元旦": ("2026-01-01", "2026-01-02", "2026-01-03", "2027-01-01"),
    "春节": (
        *(f"2026-02-{day}" for day in range(15, 24)),
        *(f"2027-02-0{day}" for day in range(5, 9)),
    ),
    "清明节": ("2026-04-04", "2026-04-05", "2026-04-06", "2027-04-05"),
    "劳动节": (*(f"2026-05-0{day}" for day in range(1, 6)), "2027-05-01", "2027-05-02"),
    "端午节": ("2026-06-19", "2026-06-20", "2026-06-21", "2027-06-09"),
    "中秋节": ("2026-09-25", "2026-09-26", "2026-09-27", "2027-09-15"),
    "国庆节": (*(f"2026-10-0{day}" for day in range(1, 8)), *(f"2027-10-0{day}" for day in range(1, 4))),
}
WORKING_DAYS = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")


def upgrade() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
    )
    with op.batch_alter_table("branches", schema=None) as batch_op:
        batch_op.create_index("uq_branches_name", ["name"], unique=True)

    op.create_table(
        "ticket_causes",
        sa.Column("cause_group", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_causes")),
    )
    with op.batch_alter_table("ticket_causes", schema=None) as batch_op:
        batch_op.create_index("uq_ticket_causes_cause_group_name", ["cause_group", "name"], unique=True)

    op.create_table(
        "ticket_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_ticket_days")),
    )
    op.create_table(
        "ticket_kinds",
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.Column("counting", sa.String(length=16), nullable=False),
        sa.Column("reopen_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_kinds")),
    )
    with op.batch_alter_table("ticket_kinds", schema=None) as batch_op:
        batch_op.create_index("uq_ticket_kinds_desk_name", ["desk", "name"], unique=True)

    op.create_table(
        "ticket_services",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_services")),
    )
    with op.batch_alter_table("ticket_services", schema=None) as batch_op:
        batch_op.create_index("uq_ticket_services_name", ["name"], unique=True)

    op.create_table(
        "working_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_working_days")),
    )
    op.create_table(
        "working_week",
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spans", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("weekday", name=op.f("pk_working_week")),
    )
    op.create_table(
        "branch_lines",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_branch_lines_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("branch_id", "month", "service", name=op.f("pk_branch_lines")),
    )
    op.create_table(
        "crews",
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("around_the_clock", sa.Boolean(), nullable=False),
        sa.Column("is_rescue", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_crews_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crews")),
    )
    with op.batch_alter_table("crews", schema=None) as batch_op:
        batch_op.create_index("uq_crews_name", ["name"], unique=True)

    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("line_tail", sa.String(length=7), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("caller_tail", sa.String(length=7), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("opened_by", sa.String(length=128), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("counted_from", UtcDateTime(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.Column("counting", sa.String(length=16), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("alarm_at", UtcDateTime(), nullable=True),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("arranged_until", UtcDateTime(), nullable=True),
        sa.Column("cause_id", sa.Integer(), nullable=True),
        sa.Column("overdue_reason", sa.String(length=16), nullable=True),
        sa.Column("solved_at", UtcDateTime(), nullable=True),
        sa.Column("handled_minutes", sa.Integer(), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closing", sa.String(length=16), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("urged", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_tickets_branch_id_branches")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_tickets_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["cause_id"], ["ticket_causes.id"], name=op.f("fk_tickets_cause_id_ticket_causes")
        ),
        sa.ForeignKeyConstraint(["crew_id"], ["crews.id"], name=op.f("fk_tickets_crew_id_crews")),
        sa.ForeignKeyConstraint(["holder_id"], ["users.id"], name=op.f("fk_tickets_holder_id_users")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["ticket_kinds.id"], name=op.f("fk_tickets_kind_id_ticket_kinds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tickets_alarm_at",
            ["alarm_at"],
            unique=False,
            sqlite_where=sa.text("alarm_at IS NOT NULL"),
            postgresql_where=sa.text("alarm_at IS NOT NULL"),
        )
        batch_op.create_index("ix_tickets_branch_id_opened_at", ["branch_id", "opened_at"], unique=False)
        batch_op.create_index("ix_tickets_caller_tail", ["caller_tail"], unique=False)
        batch_op.create_index("ix_tickets_cause_id_opened_at", ["cause_id", "opened_at"], unique=False)
        batch_op.create_index("ix_tickets_holder_id_state", ["holder_id", "state"], unique=False)
        batch_op.create_index("ix_tickets_line_tail", ["line_tail"], unique=False)
        batch_op.create_index("ix_tickets_opened_at_id", ["opened_at", "id"], unique=False)
        batch_op.create_index("ix_tickets_state_due_at_id", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "ticket_calls",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_ticket_calls_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_calls_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "call_id", name=op.f("pk_ticket_calls")),
    )
    with op.batch_alter_table("ticket_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_calls_call_id"), ["call_id"], unique=False)

    op.create_table(
        "ticket_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("counted_minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_pauses_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_pauses")),
    )
    with op.batch_alter_table("ticket_pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_pauses_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=128), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_ticket_steps_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_steps_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_steps_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_steps")),
    )
    with op.batch_alter_table("ticket_steps", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_steps_move_at", ["move", "at"], unique=False)
        batch_op.create_index("uq_ticket_steps_ticket_id_version", ["ticket_id", "version"], unique=True)
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("call_id", existing_type=sa.String(length=40), nullable=True)
    _fill()


def _fill() -> None:
    """The lists that a desk begins with and edits."""
    by = {"changed_at": datetime.now(UTC), "changed_by": BY}
    listed = {**by, "version": 1}
    kinds = [
        {
            "desk": desk,
            "nature": nature,
            "name": name,
            "limit_minutes": minutes,
            "counting": counting,
            "reopen_days": days,
            "place": place,
            **listed,
        }
        for place, (desk, (nature, name), minutes, counting, days) in enumerate(KINDS)
    ]
    causes = [(group, name) for group, names in CAUSES.items() for name in names]
    days = [(day, False, name) for name, found in HOLIDAYS.items() for day in found]
    days += [(day, True, "调休") for day in WORKING_DAYS]
    _insert("ticket_kinds", kinds)
    _insert("ticket_services", [{"name": name, "place": at, **listed} for at, name in enumerate(SERVICES)])
    _insert(
        "ticket_causes",
        [
            {"cause_group": group, "name": name, "place": at, **listed}
            for at, (group, name) in enumerate(causes)
        ],
    )
    _insert("crews", [{"name": "抢险队", "place": 0, "around_the_clock": True, "is_rescue": True, **listed}])
    _insert("working_week", [{"weekday": day, "spans": WEEK if day < 5 else "", **by} for day in range(7)])
    _insert(
        "working_days",
        [
            {"day": datetime.fromisoformat(day).date(), "works": works, "name": name, **by}
            for day, works, name in days
        ],
    )


def _insert(table: str, rows: list[dict[str, object]]) -> None:
    types: dict[str, Any] = {"changed_at": UtcDateTime(), "day": sa.Date()}
    op.bulk_insert(sa.table(table, *(sa.column(name, types.get(name)) for name in rows[0])), rows)


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE call_id IS NULL")
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("call_id", existing_type=sa.String(length=40), nullable=False)
    op.drop_table("ticket_steps")
    op.drop_table("ticket_pauses")
    op.drop_table("ticket_calls")
    op.drop_table("tickets")
    op.drop_table("crews")
    op.drop_table("branch_lines")
    op.drop_table("working_week")
    op.drop_table("working_days")
    op.drop_table("ticket_services")
    op.drop_table("ticket_kinds")
    op.drop_table("ticket_days")
    op.drop_table("ticket_causes")
    op.drop_table("branches")
