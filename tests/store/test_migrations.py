"""The migrations make the tables that the code speaks of, and end at the version it expects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, update

from territory_planner.errors import TerritoryPlannerError
from territory_planner.store import database, migrations
from territory_planner.store.database import VERSION_TABLE, VERSIONS, Database
from territory_planner.store.records import Asked
from territory_planner.store.request import Explaining
from territory_planner.store.runs import Store
from territory_planner.store.schema import METADATA, RUN
from tests.store.plans import small_plan


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


def test_a_store_of_the_first_version_is_brought_on(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its runs are there and still refuse to be changed; more may be asked of a new one."""
    with monkeypatch.context() as before:
        before.setattr(database, "VERSIONS", VERSIONS[:1])
        old = Database(place)
    plan, now = small_plan(), datetime.now(UTC)
    row = {
        "id": "abc", "project": "West", "status": "failed", "who": "Ann", "host": "h",
        "process": "1", "begun": now, "ended": now, "settings": "", "options": {}, "seed": 1,
        "versions": {}, "inputs": "",
    }  # fmt: skip
    with old.writing() as connection:
        connection.execute(insert(RUN).values(row))
    store = Store.open(place)
    record = store.record("abc")
    assert (record.who, record.request, record.answer) == ("Ann", None, None)
    with pytest.raises(TerritoryPlannerError, match="never changed"), old.writing() as connection:
        connection.execute(update(RUN).values(who="Bob"))
    with store.begin(Asked("West", plan.options, start=plan, request=Explaining("A1"))) as run:
        run.finish(plan)
    assert store.record(run.id).request == Explaining("A1")
