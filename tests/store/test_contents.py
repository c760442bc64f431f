"""Whatever a plan holds comes back from a store, bit for bit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from territory_planner.domain.plan import Plan
from territory_planner.store.contents import keep, parts_of, read_plan
from territory_planner.store.database import Database
from tests.store.plans import small_plan
from tests.store.test_plan_file import plans


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Return a database that all examples share."""
    return Database(tmp_path_factory.mktemp("contents") / "runs.sqlite")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plans())
def test_any_plan_comes_back(database: Database, plan: Plan) -> None:
    """The same fingerprint, and what a fingerprint does not see: order, trace, versions, time."""
    name, parts = parts_of(plan)
    with database.writing() as connection:
        keep(connection, parts)
        keep(connection, parts)
    with database.reading() as connection:
        back = read_plan(connection, name, "here")
    assert back.fingerprint == plan.fingerprint
    assert list(back.criteria.bands) == list(plan.criteria.bands)
    assert (back.trace, back.versions, back.seconds) == (plan.trace, plan.versions, plan.seconds)
    assert parts_of(back)[0] == name


def test_parts_are_named_by_their_bytes() -> None:
    """Two plans that differ in one thing have all other parts in common."""
    plan = small_plan()
    one, other = parts_of(plan), parts_of(replace(plan, objective=1.75))
    assert one[0] != other[0]
    assert set(one[1]) ^ set(other[1]) == {one[0], other[0]}
