"""The first version: runs, their files, assignments, contents, tags and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENDED = "OLD.status IN ('finished', 'failed')"
REFUSALS = (
    ("run", "UPDATE", ENDED),
    ("run", "DELETE", ENDED),
    ("assignment", "UPDATE", "1 = 1"),
    ("assignment", "DELETE", "1 = 1"),
    ("input_file", "UPDATE", "1 = 1"),
    ("input_file", "DELETE", "1 = 1"),
    ("content", "UPDATE", "1 = 1"),
    ("content", "DELETE", "1 = 1"),
)
"""What nobody may do, and to which rows: what is recorded is never changed."""


def upgrade() -> None:
    """Make the tables and what guards them."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text),
        sa.Column("key", sa.Text, index=True),
        sa.Column("parent", sa.Text, index=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("process", sa.Text, nullable=False),
        sa.Column("begun", moment, nullable=False),
        sa.Column("ended", moment),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("start", sa.Text),
        sa.Column("fingerprint", sa.Text, index=True),
        sa.Column("objective", sa.Float),
        sa.Column("bound", sa.Float),
        sa.Column("gap", sa.Float),
        sa.Column("stopped", sa.Text),
        sa.Column("seconds", sa.Float),
        sa.Column("moved_accounts", sa.Integer),
        sa.Column("scorecard", sa.JSON),
        sa.Column("prices", sa.JSON),
        sa.Column("plan", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "input_file",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.number"), primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
    )
    op.create_table(
        "assignment",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.number"), primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "content",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tag",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.number"), nullable=False, index=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.number"), nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    _guard(op.get_bind().dialect.name)


def _guard(dialect: str) -> None:
    """Let the database itself refuse changes of what is recorded."""
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION territory_planner_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a run that is recorded is never changed'; END $$"
        )
    for table, action, when in REFUSALS:
        name = f"{table}_no_{action.lower()}"
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW "
                f"WHEN ({when}) EXECUTE FUNCTION territory_planner_refuse()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} WHEN {when} BEGIN "
                "SELECT RAISE(ABORT, 'a run that is recorded is never changed'); END"
            )
