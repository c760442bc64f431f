"""What the tests of Salesforce share: a key in the environment, and why some are not run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from territory_planner.crm.salesforce_wire import TOKEN as KEY
from tests.salesforce.stand_in import TOKEN, StandIn, standing_in
from tests.salesforce.worlds import World, make_world

REASON = "NOT RUN with jsforce, which npm has to fetch: make test-npm"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests with npm where they are not asked for, with the reason in the summary."""
    if "npm" not in str(config.getoption("markexpr")):
        for item in items:
            if item.get_closest_marker("npm"):
                item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in's token into the environment."""
    monkeypatch.setenv(KEY, TOKEN)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def crm(world: World) -> Iterator[StandIn]:
    """Serve the world."""
    with standing_in(world.org, world.users[3]) as it:
        yield it
