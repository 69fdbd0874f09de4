"""The knowledge window: articles, versions, their index, hints, readings, questions, searches."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0029"
down_revision = "0028"

_COLUMNS = ("head", "head_sounds", "initials", "body", "body_sounds")
FTS5 = (
    "CREATE VIRTUAL TABLE article_grams USING fts5(head, head_sounds, initials, body, body_sounds, content='', "
    "columnsize=0, detail='column', tokenize=\"ascii tokenchars '-'\")",
)
ARRAYS = (
    f"CREATE TABLE article_grams (id INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT[] NOT NULL' for name in _COLUMNS)})",
    f"CREATE INDEX ix_article_grams ON article_grams USING gin ({', '.join(_COLUMNS)})",
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.create_table(
        "articles",
        _id(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_table(
        "article_versions",
        _id(),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("desks", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        _to("article_versions", "article_id", "articles"),
        sa.PrimaryKeyConstraint("id", name="pk_article_versions"),
        sa.UniqueConstraint("article_id", "number", name="uq_article_versions_article_id_number"),
    )
    op.create_index("ix_article_versions_review_by", "article_versions", ["review_by"])
    op.create_table(
        "article_texts",
        sa.Column("article_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _COLUMNS),
        _to("article_texts", "article_id", "articles"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_texts"),
    )
    op.create_table(
        "article_hints",
        _id(),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.String(length=128), nullable=False),
        sa.Column("pattern", sa.String(length=128), nullable=False),
        _to("article_hints", "article_id", "articles"),
        sa.PrimaryKeyConstraint("id", name="pk_article_hints"),
    )
    op.create_index("ix_article_hints_article_id", "article_hints", ["article_id"])
    op.create_index("ix_article_hints_known", "article_hints", ["known"])
    op.create_table(
        "article_reads",
        _id(),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("article_reads", "article_id", "articles"),
        _to("article_reads", "call_id", "calls"),
        _to("article_reads", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_article_reads"),
    )
    op.create_index("ix_article_reads_article_id_at", "article_reads", ["article_id", "at"])
    op.create_index("ix_article_reads_call_id", "article_reads", ["call_id"])
    _questions()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in FTS5 if is_sqlite else ARRAYS:
        op.execute(statement)


def _questions() -> None:
    op.create_table(
        "knowledge_questions",
        _id(),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("sounds", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("settled_by", sa.String(length=128), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        _to("knowledge_questions", "article_id", "articles"),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_questions"),
    )
    op.create_index("ix_knowledge_questions_state", "knowledge_questions", ["state"])
    op.create_table(
        "knowledge_searches",
        _id(),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("desk", sa.String(length=64), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("opened_id", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        _to("knowledge_searches", "user_id", "users"),
        _to("knowledge_searches", "call_id", "calls"),
        _to("knowledge_searches", "opened_id", "articles"),
        _to("knowledge_searches", "question_id", "knowledge_questions"),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_searches"),
    )
    op.create_index("ix_knowledge_searches_user_id_at", "knowledge_searches", ["user_id", "at"])
    op.create_index("ix_knowledge_searches_settled_at", "knowledge_searches", ["settled", "at"])
    op.create_index("ix_knowledge_searches_call_id", "knowledge_searches", ["call_id"])
    op.create_index("ix_knowledge_searches_question_id", "knowledge_searches", ["question_id"])


def downgrade() -> None:
    op.execute("DROP TABLE article_grams")
    for table in (
        "knowledge_searches",
        "knowledge_questions",
        "article_reads",
        "article_hints",
        "article_texts",
    ):
        op.drop_table(table)
    for table in ("article_versions", "articles"):
        op.drop_table(table)
