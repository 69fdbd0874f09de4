"""Our mails in one table, where the answers that were owed move; who is told of alarms; files go in time; several calendars."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0035"
down_revision = "0034"

MOVE_ANSWERS = (
    "INSERT INTO outgoing_mails (kind, ticket, recipient, subject, text, reference, thread, written_by,"
    " written_at, due_at, tries, sent_at, error)"
    " SELECT 'answer', m.ticket, m.sender, 'Re: ' || m.subject || ' [' || m.ticket || ']',"
    " '您的来信已记入工单 ' || m.ticket || '。', r.reference, m.source, '邮件',"
    " m.received_at, r.due_at, r.tries, r.sent_at, r.error"
    " FROM intake_replies r JOIN intake_messages m ON m.id = r.message_id ORDER BY r.id"
)


def upgrade() -> None:
    op.create_table(
        "outgoing_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=True),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=128), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_mails"),
        sa.UniqueConstraint("reference", name="uq_outgoing_mails_reference"),
    )
    op.create_index("ix_outgoing_mails_ticket", "outgoing_mails", ["ticket"])
    op.create_index("ix_outgoing_mails_due_at", "outgoing_mails", ["due_at"])
    op.create_index("ix_outgoing_mails_recipient_written_at", "outgoing_mails", ["recipient", "written_at"])
    op.execute(MOVE_ANSWERS)
    op.drop_table("intake_replies")
    _add_alarms()
    op.add_column("intake_files", sa.Column("deleted_at", UtcDateTime(), nullable=True))
    op.create_table(
        "ticket_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("released_by", sa.String(length=128), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_holds"),
    )
    op.create_index("ix_ticket_holds_ticket", "ticket_holds", ["ticket"])
    _add_calendars()


def _add_alarms() -> None:
    op.create_table(
        "alarm_people",
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("least_alarm", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_alarm_people_branch_id_branches"),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_people"),
    )
    op.create_table(
        "alarm_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mails.id"], name="fk_alarm_notices_mail_id_outgoing_mails"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_notices"),
    )
    op.create_index(
        "uq_alarm_notices_ticket_version_address",
        "alarm_notices",
        ["ticket", "version", "address"],
        unique=True,
    )
    op.create_index("ix_alarm_notices_mail_id", "alarm_notices", ["mail_id"])
    op.create_index(
        "ix_alarm_notices_at",
        "alarm_notices",
        ["at"],
        sqlite_where=sa.text("mail_id IS NULL"),
        postgresql_where=sa.text("mail_id IS NULL"),
    )


def _add_calendars() -> None:
    """The one that all desks had is the first; its rows keep who changed what when."""
    calendars = op.create_table(
        "calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendars"),
    )
    op.create_index("uq_calendars_name", "calendars", ["name"], unique=True)
    first = {"name": "标准日历", "place": 0, "version": 1, "changed_by": "hotline"}
    op.bulk_insert(calendars, [{**first, "changed_at": datetime.now(UTC)}])
    op.create_table(
        "calendar_weeks",
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spans", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name="fk_calendar_weeks_calendar_id_calendars"
        ),
        sa.PrimaryKeyConstraint("calendar_id", "weekday", name="pk_calendar_weeks"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name="fk_calendar_days_calendar_id_calendars"
        ),
        sa.PrimaryKeyConstraint("calendar_id", "day", name="pk_calendar_days"),
    )
    op.execute(
        "INSERT INTO calendar_weeks (calendar_id, weekday, spans, changed_at, changed_by)"
        " SELECT 1, weekday, spans, changed_at, changed_by FROM working_week"
    )
    op.execute(
        "INSERT INTO calendar_days (calendar_id, day, works, name, changed_at, changed_by)"
        " SELECT 1, day, works, name, changed_at, changed_by FROM working_days"
    )
    op.drop_table("working_week")
    op.drop_table("working_days")
    for table in ("ticket_kinds", "tickets"):
        op.add_column(table, sa.Column("calendar_id", sa.Integer(), nullable=False, server_default="1"))


def _drop_calendars() -> None:
    for table in ("ticket_kinds", "tickets"):
        op.drop_column(table, "calendar_id")
    op.create_table(
        "working_week",
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spans", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("weekday", name="pk_working_week"),
    )
    op.create_table(
        "working_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_working_days"),
    )
    op.execute(
        "INSERT INTO working_week (weekday, spans, changed_at, changed_by)"
        " SELECT weekday, spans, changed_at, changed_by FROM calendar_weeks WHERE calendar_id = 1"
    )
    op.execute(
        "INSERT INTO working_days (day, works, name, changed_at, changed_by)"
        " SELECT day, works, name, changed_at, changed_by FROM calendar_days WHERE calendar_id = 1"
    )
    for table in ("calendar_weeks", "calendar_days", "calendars"):
        op.drop_table(table)


def downgrade() -> None:
    _drop_calendars()
    op.drop_table("ticket_holds")
    op.drop_column("intake_files", "deleted_at")
    op.drop_table("alarm_notices")
    op.drop_table("alarm_people")
    op.create_table(
        "intake_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["intake_messages.id"], name="fk_intake_replies_message_id_intake_messages"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intake_replies"),
        sa.UniqueConstraint("message_id", name="uq_intake_replies_message_id"),
        sa.UniqueConstraint("reference", name="uq_intake_replies_reference"),
    )
    op.create_index("ix_intake_replies_due_at", "intake_replies", ["due_at"])
    op.execute(
        "INSERT INTO intake_replies (message_id, reference, due_at, tries, sent_at, error)"
        " SELECT m.id, o.reference, o.due_at, o.tries, o.sent_at, o.error FROM outgoing_mails o"
        " JOIN intake_messages m ON m.source = o.thread WHERE o.kind = 'answer'"
    )
    op.drop_table("outgoing_mails")
