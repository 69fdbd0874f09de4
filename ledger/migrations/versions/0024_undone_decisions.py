"""Taking a decision back makes its day's sums anew too, as the decision itself has done.

Sums that still count a decision which was taken back before are thrown away: they are made anew of the rows.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

MOMENT = (
    "(SELECT c.received_at FROM calls c JOIN scorecards s ON s.call_id = c.id"
    " JOIN findings f ON f.scorecard_id = s.id JOIN reviews r ON r.finding_id = f.id WHERE r.id = {row}.review_id)"
)
DAY_OF = "DELETE FROM summed_days WHERE to_at > {moment} AND from_at <= {moment};"
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event, rows in EVENTS.items():
        called, body = _name(event), " ".join(DAY_OF.format(moment=MOMENT.format(row=row)) for row in rows)
        if is_sqlite:
            op.execute(f"CREATE TRIGGER {called} AFTER {event.upper()} ON undone_reviews BEGIN {body} END")
            continue
        op.execute(
            f"CREATE FUNCTION {called}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {called} AFTER {event.upper()} ON undone_reviews "
            f"FOR EACH ROW EXECUTE FUNCTION {called}()"
        )
    op.execute(
        "DELETE FROM summed_days WHERE EXISTS (SELECT 1 FROM undone_reviews u JOIN reviews r ON r.id = u.review_id"
        " JOIN findings f ON f.id = r.finding_id JOIN scorecards s ON s.id = f.scorecard_id"
        " JOIN calls c ON c.id = s.call_id WHERE c.received_at >= from_at AND c.received_at < to_at)"
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in EVENTS:
        called = _name(event)
        op.execute(f"DROP TRIGGER IF EXISTS {called}" if is_sqlite else f"DROP FUNCTION {called} CASCADE")


def _name(event: str) -> str:
    return f"unsum_undone_reviews_{event}"
