"""Importing the package takes a moment and does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import territory_planner
from territory_planner.cli import main

HEAVY = (
    "pandas geopandas scipy pyproj shapely folium ortools numba pyarrow tqdm jinja2 networkx "
    "sqlalchemy alembic"
)


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads in a fresh interpreter."""
    code = f"{statement}\nimport sys; print(*{{m.partition('.')[0] for m in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import territory_planner",
        "import territory_planner.cli",
        "from territory_planner import Criteria, Plan, compare, load_plan, InputError",
    ],
)
def test_nothing_heavy_is_loaded(statement: str) -> None:
    """Tables, solvers and maps are loaded when they are used."""
    assert loaded_by(statement) & set(HEAVY.split()) == set()


@pytest.mark.parametrize("name", territory_planner.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What is listed can be used."""
    assert getattr(territory_planner, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """Lazy names behave as names do."""
    with pytest.raises(AttributeError, match="no attribute 'optimise'"):
        _ = territory_planner.optimise  # type: ignore[attr-defined]


def test_loading_the_command_line_can_be_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that takes time is loaded before Ctrl-C is heeded."""
    assert "numpy" not in loaded_by("import territory_planner.cli")

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("territory_planner.cli.arguments.parser", interrupted)
    assert main(["check", "."]) == 130
    assert "Interrupted" in capsys.readouterr().err
