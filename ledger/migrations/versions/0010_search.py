"""Secrets in transcripts, and the full-text search; both filled for transcripts that are there already."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from ledger import search_grams
from ledger.redaction.finding import FINDER
from ledger.search import entry_of
from ledger.secrets_told import secrets_in
from ledger.turn_rows import to_turn

revision = "0010"
down_revision = "0008"

TRANSCRIPTS_AT_ONCE = 500  # in memory

# As they are at this revision, whatever becomes of them later.
CALLS = sa.table("calls", sa.column("id"), sa.column("facts", sa.JSON))
TRANSCRIPTS = sa.table(
    "transcripts",
    sa.column("id"),
    sa.column("call_id"),
    sa.column("turns", sa.JSON),
    sa.column("secrets", sa.JSON),
    sa.column("finder"),
)
SEARCH_TEXTS = sa.table(
    "search_texts", sa.column("id"), sa.column("call_id"), sa.column("characters"), sa.column("sounds")
)


def upgrade() -> None:
    with op.batch_alter_table("transcripts") as table:
        table.add_column(sa.Column("secrets", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("finder", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "search_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("sounds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_search_texts_call_id_calls")),
        sa.ForeignKeyConstraint(["id"], ["transcripts.id"], name=op.f("fk_search_texts_id_transcripts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
    )
    op.create_index(op.f("ix_search_texts_call_id"), "search_texts", ["call_id"], unique=True)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in search_grams.FTS5 if is_sqlite else search_grams.ARRAYS:
        op.execute(statement)
    _fill(Session(op.get_bind()))


def downgrade() -> None:
    for name in ("search_grams", "search_texts"):
        op.drop_table(name)
    with op.batch_alter_table("transcripts") as table:
        table.drop_column("finder")
        table.drop_column("secrets")


def _fill(session: Session) -> None:
    newest = set(session.scalars(sa.select(sa.func.max(TRANSCRIPTS.c.id)).group_by(TRANSCRIPTS.c.call_id)))
    last = 0
    while rows := _rows_after(session, last):
        for row in rows:
            _fill_one(session, row, is_newest=row.id in newest)
        last = rows[-1].id


def _rows_after(session: Session, last: int) -> list[sa.Row[Any]]:
    query = (
        sa.select(TRANSCRIPTS.c.id, TRANSCRIPTS.c.call_id, TRANSCRIPTS.c.turns, CALLS.c.facts)
        .join(CALLS, CALLS.c.id == TRANSCRIPTS.c.call_id)
        .where(TRANSCRIPTS.c.id > last)
    )
    return list(session.execute(query.order_by(TRANSCRIPTS.c.id).limit(TRANSCRIPTS_AT_ONCE)))


def _fill_one(session: Session, row: sa.Row[Any], *, is_newest: bool) -> None:
    turns = [to_turn(turn) for turn in row.turns]
    secrets = secrets_in(turns, row.facts)
    session.execute(
        sa.update(TRANSCRIPTS).where(TRANSCRIPTS.c.id == row.id).values(secrets=secrets, finder=FINDER)
    )
    if is_newest:
        entry = entry_of(turns, secrets)
        columns = {"characters": entry.characters, "sounds": entry.sounds}
        session.execute(sa.insert(SEARCH_TEXTS).values(id=row.id, call_id=row.call_id, **columns))
        search_grams.add(session, row.id, entry)
