"""What was asked of the plan that a run begins at, and what came of it beside a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both to the runs; those that there are have neither."""
    op.add_column("run", sa.Column("request", sa.JSON(none_as_null=True)))
    op.add_column("run", sa.Column("answer", sa.JSON(none_as_null=True)))
