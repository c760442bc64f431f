"""An empty store in either kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from territory_planner.store.runs import Store
from tests.store.server import Server, binaries, running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a PostgreSQL server, started once for all."""
    folder = binaries()
    if folder is None:
        pytest.skip(
            "PostgreSQL IS NOT TESTED: there is no server on this machine. "
            "Install Debian's package postgresql."
        )
    with running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where an empty store may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "runs.sqlite")
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture
def store(place: str) -> Store:
    """Return an empty store."""
    return Store.open(place)
