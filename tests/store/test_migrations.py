"""The migrations make the tables that the code speaks of, and end at the version it expects."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from territory_planner.store import migrations
from territory_planner.store.database import VERSION_TABLE, VERSIONS, Database
from territory_planner.store.schema import METADATA


def test_the_tables_are_those_of_the_schema(place: str) -> None:
    """No column, index or key more or less."""
    with Database(place).reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_every_version_is_known() -> None:
    """In the order of the steps."""
    scripts = ScriptDirectory(migrations.__path__[0])
    steps = [step.revision for step in scripts.walk_revisions()]
    assert tuple(reversed(steps)) == VERSIONS


def test_opening_again_changes_nothing(place: str) -> None:
    """The step is made once."""
    for _ in range(2):
        with Database(place).reading() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            assert context.get_current_revision() == VERSIONS[-1]
